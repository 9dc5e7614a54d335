"""Three apps with a mistake each, for an exercise of chapter 6: only what they say is shown."""

import numpy as np

from ...recordings.lengths import STANDARD_GRAVITY

WHICH = {"A": "signs of Android", "B": "acceleration in m/s²", "C": "state forgotten"}
FACTORS = {"signs of Android": -1, "acceleration in m/s²": STANDARD_GRAVITY}


def app_logs(model, session):
    """What three broken apps say about one session, window by window.

    Parameters
    ----------
    model : ActivityClassifier
    session : DataFrame
        One session of full windows.

    Returns
    -------
    dict of str to DataFrame
        ``"A"``, ``"B"``, ``"C"`` -> ``class, probability``, one row a window.
    """
    return {letter: _run(model, session, mistake) for letter, mistake in WHICH.items()}


def _run(model, session, mistake):
    if mistake == "state forgotten":
        window = np.arange(len(session)) // model.prediction_window
        session = session.assign(**{model.session_id: window})
    else:
        acceleration = [name for name in model.features if name.startswith("accel")]
        session = session.assign(**session[acceleration] * FACTORS[mistake])
    said = model.classify(session, output_frequency="per_window", carry_state=True)
    return said[["class", "probability"]]
