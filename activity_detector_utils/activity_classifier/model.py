"""The trained classifier: predictions, metrics, fields and files."""

from __future__ import annotations

from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from ..base.errors import ToolkitError, WrongType
from ..base.frames import read_ids, require_columns
from ..base.model_facts import check_model_facts
from ..recordings.rates import refuse_other_rate
from . import saved
from .fields import RecordedFields
from .prediction import check_option, check_session_column, predict_windows
from .results import classified, predicted, top_k
from .session_samples import read_samples
from .summary import summarise

FREQUENCIES = ("per_row", "per_window")


class ActivityClassifier(RecordedFields):
    """A classifier of activities in recordings; :func:`create` trains one.

    Parameters
    ----------
    network : Network
    features : list of str
        Feature columns in the order in which the network takes them.
    classes : list of str or list of int
        Labels in the order of the network's outputs.
    session_id, target : str
        Names of the session column and of the label column.
    sampling_rate : float, optional
        Samples a second (Hz) of the recordings it was trained on.
    units : dict of str to str, optional
        Feature -> physical unit, for whoever feeds the model in an app.
    fields : dict, optional
        What training recorded: settings, counts, metrics. All are attributes of the model.
    history : DataFrame, optional
        One row an iteration: accuracy, loss, seconds.

    Raises
    ------
    ToolkitError
        If a name, label, rate or unit is not as described, or the network has another size.
    """

    def __init__(
        self,
        network,
        features,
        classes,
        session_id,
        target,
        sampling_rate=None,
        units=None,
        fields=None,
        history=None,
    ):
        facts = {
            "features": features,
            "classes": classes,
            "session_id": session_id,
            "target": target,
            "sampling_rate": sampling_rate,
            "units": units,
            "fields": fields,
        }
        for name, fact in check_model_facts(facts).items():
            setattr(self, name, fact)
        n_features, n_classes = len(self.features), len(self.classes)
        if n_features != network.n_features or n_classes != network.n_classes:
            raise ToolkitError(
                f"the network takes {network.n_features} features and gives {network.n_classes} "
                f"classes, but {n_features} features and {n_classes} classes were named"
            )
        check_session_column(session_id)
        self.network = network
        self.history = history

    @property
    def prediction_window(self) -> int:
        """Samples in a window."""
        return self.network.prediction_window

    @property
    def num_features(self) -> int:
        """How many columns the model reads."""
        return len(self.features)

    @property
    def num_classes(self) -> int:
        """How many activities the model knows."""
        return len(self.classes)

    def predict(
        self,
        dataset: pd.DataFrame,
        output_type: str = "class",
        output_frequency: str = "per_row",
        *,
        carry_state: bool = False,
    ) -> pd.Series | pd.DataFrame:
        """Predict the activity of every sample or of every window.

        Parameters
        ----------
        dataset : DataFrame
            Needs the feature columns and the session column; others are ignored.
        output_type : {'class', 'probability_vector'}
        output_frequency : {'per_row', 'per_window'}
        carry_state : bool
            Carry the LSTM's state through each session, as an app does. By default it starts anew
            every 20 windows, as in training.

        Returns
        -------
        Series or DataFrame
            per_row: a Series with the frame's index. per_window: a DataFrame with ``prediction_id``
            (window number within its session), the prediction and the session id.

        Raises
        ------
        ToolkitError
            If an option or the frame is not as described.
        """
        check_option("output_type", output_type, ("class", "probability_vector"))
        result = self._predict(dataset, output_frequency, carry_state)
        return predicted(self, result, dataset.index, output_type, output_frequency)

    def classify(
        self, dataset: pd.DataFrame, output_frequency: str = "per_row", *, carry_state: bool = False
    ) -> pd.DataFrame:
        """Predict the activity and its probability.

        Parameters
        ----------
        dataset, output_frequency, carry_state
            As in :meth:`predict`.

        Returns
        -------
        DataFrame
            per_row: ``class, probability`` with the frame's index. per_window: also
            ``prediction_id`` and the session id.
        """
        result = self._predict(dataset, output_frequency, carry_state)
        return classified(self, result, dataset.index, output_frequency)

    def predict_topk(
        self,
        dataset: pd.DataFrame,
        output_type: str = "probability",
        k: int = 3,
        output_frequency: str = "per_row",
        *,
        carry_state: bool = False,
    ) -> pd.DataFrame:
        """Predict the ``k`` most probable activities, the most probable first.

        Parameters
        ----------
        dataset, output_frequency, carry_state
            As in :meth:`predict`.
        output_type : {'probability', 'rank'}
            Rank 0 is the most probable.
        k : int
            How many activities; more than there are classes gives them all.

        Returns
        -------
        DataFrame
            ``k`` rows for each row (``row_id``, its position) or window (``prediction_id``).
        """
        check_option("output_type", output_type, ("probability", "rank"))
        if not isinstance(k, (int, np.integer)) or isinstance(k, bool):
            raise WrongType(f"k must be of type int (not {type(k).__name__})")
        if k < 1:
            raise ToolkitError(f"k must be at least 1; it is {k}")
        result = self._predict(dataset, output_frequency, carry_state)
        return top_k(self, result, dataset.index, k, output_type, output_frequency)

    def evaluate(
        self, dataset: pd.DataFrame, metric: str = "auto", *, carry_state: bool = False
    ) -> dict[str, Any]:
        """Compare predictions with the labels of a frame, sample by sample.

        Parameters
        ----------
        dataset : DataFrame
            As in :meth:`predict`, with the target column.
        metric : str
            'auto' for all of accuracy, auc, precision, recall, f1_score, log_loss,
            confusion_matrix and roc_curve; one of these names; or 'report', which adds
            report_by_class.
        carry_state : bool
            As in :meth:`predict`.

        Returns
        -------
        dict of str to float or DataFrame
            As :func:`activity_detector_utils.evaluation.evaluate` describes.
        """
        from ..evaluation import evaluate

        labels, probabilities = self.labelled_probabilities(dataset, carry_state=carry_state)
        return evaluate(labels, probabilities, self.classes, metric)

    def labelled_probabilities(
        self, dataset: pd.DataFrame, *, carry_state: bool = False
    ) -> tuple[np.ndarray, np.ndarray]:
        """True labels and class probabilities of every row: what all metrics are made of.

        Returns
        -------
        labels : ndarray of shape (n_rows,)
        probabilities : ndarray of float32, shape (n_rows, n_classes)
        """
        result = self._predict(dataset, "per_row", carry_state)
        require_columns(dataset, [self.target])
        return read_ids(dataset, self.target), result.at_rows(result.probabilities)

    def summary(self, output: str | None = None) -> str | dict | None:
        """Describe the model: data and training.

        Parameters
        ----------
        output : {None, 'stdout', 'str', 'dict'}
            None and 'stdout' print.

        Returns
        -------
        None, str or dict
        """
        return summarise(self, output)

    def __repr__(self):
        return self.summary("str")

    def save(self, path: str | PathLike[str]) -> None:
        """Save the model as a folder, which appears complete or not at all.

        An older model there is replaced; anything else there is left alone and is an error.
        """
        facts = {
            "features": self.features,
            "classes": self.classes,
            "prediction_window": self.prediction_window,
            "session_id": self.session_id,
            "target": self.target,
            "sampling_rate": self.sampling_rate,
            "units": self.units,
        }
        tables = {k: v for k, v in self.fields.items() if isinstance(v, pd.DataFrame)}
        facts["fields"] = {k: v for k, v in self.fields.items() if k not in tables}
        if self.history is not None:
            tables["history"] = self.history
        saved.save(path, facts, self.network.weights, tables)

    def export_coreml(self, path: str | PathLike[str], layout: str = "turi6") -> None:
        """Write a Core ML file: ``.mlmodel`` or, by its suffix, ``.mlpackage``.

        Parameters
        ----------
        path : str or Path
        layout : {'turi6', 'turi5'}
            Inputs and outputs as Turi Create 6 or 5 wrote them.
        """
        from ..export import coreml

        coreml.write(self, path, layout=layout)

    def export_onnx(self, path: str | PathLike[str]) -> None:
        """Write an ONNX file of one step: window and state in, probabilities and state out."""
        from ..export import onnx

        onnx.write(self, path)

    def export_litert(self, path: str | PathLike[str], quantize: bool = False) -> None:
        """Write a LiteRT (``.tflite``) file of one step; ``quantize`` stores weights in 8 bits."""
        from ..export import litert

        litert.write(self, path, quantize=quantize)

    def _predict(self, dataset, output_frequency, carry_state):
        check_option("output_frequency", output_frequency, FREQUENCIES)
        samples = read_samples(dataset, self.features, self.session_id)
        refuse_other_rate(dataset, self.sampling_rate, self.session_id)
        return predict_windows(self.network, samples, carry_state)
