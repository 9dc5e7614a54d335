"""Which columns a training reads: the session, the label and the features."""

from ..base.errors import ToolkitError, WrongType
from ..base.frames import check_frame, require_columns
from .prediction import check_session_column

# Standardisation is folded into the first layer, in float32. At 100 times its spread from zero a
# feature costs 1e-4 of probability at most (shoulder exercises), at 1e5 times the first labels.
LARGEST_OFFSET = 100
SMALLEST_SPREAD = 1e-12


def choose_columns(dataset, session_id, target, features):
    """Return the feature names, or raise the error for the first thing that is wrong."""
    check_frame(dataset)
    for name, value in (("target", target), ("session_id", session_id)):
        if not isinstance(value, str):
            raise ToolkitError(f"{name} must be of type str (not {type(value).__name__})")
    if target == session_id:
        raise ToolkitError(f"target and session_id are both {target!r}; they must be two columns")
    if features is None:
        features = [c for c in dataset.columns if c not in (session_id, target)]
    _check_features(features)
    for name, column in (("target", target), ("session_id", session_id)):
        if column in features:
            raise ToolkitError(
                f"column {column!r} is the {name}; it cannot be one of the features {features}"
            )
    require_columns(dataset, [*features, session_id, target])
    check_session_column(session_id)
    return list(features)


def _check_features(features):
    """Raise the error for what is no list of different column names."""
    if not isinstance(features, (list, tuple)):
        raise WrongType(f"Input 'features' must be a list (not {type(features).__name__}).")
    for feature in features:
        if not isinstance(feature, str):
            raise WrongType(
                f"Invalid member of 'features': {feature!r}; feature names must be of type str."
            )
    if not features:
        raise WrongType("Input 'features' must contain at least one column name.")
    if len(set(features)) < len(features):
        raise ToolkitError(f"'features' names a column twice: {list(features)}")


def check_spread(values, features):
    """Raise ToolkitError for a feature that is far from zero against what it changes by.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
    features : list of str
    """
    means, spreads = values.mean(axis=0, dtype=float), values.std(axis=0, dtype=float)
    for feature, mean, spread in zip(features, means, spreads, strict=True):
        if abs(mean) > LARGEST_OFFSET * (spread or 1):
            changes = f"changes by {spread:.3g} only" if spread else "never changes"
            raise ToolkitError(
                f"feature '{feature}' lies around {mean:.7g} and {changes}: beyond "
                f"{LARGEST_OFFSET} times its spread the network's float32 loses what matters; "
                f"subtract a constant first, here and in the app (frame['{feature}'] - "
                f"{mean:.4g}), or leave the feature out"
            )
        if 0 < spread < SMALLEST_SPREAD:
            raise ToolkitError(
                f"feature '{feature}' changes by {spread:.3g} only; give it in a smaller unit, "
                "here and in the app"
            )


def check_units(units, features):
    """Raise ToolkitError if a unit is given for something that is no feature."""
    unknown = [name for name in units if name not in features]
    if unknown:
        raise ToolkitError(f"units names {unknown}; the features are {list(features)}")
