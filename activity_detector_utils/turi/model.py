"""A model that a Turi Create process holds."""

from pathlib import Path

import pandas as pd

from ..base.errors import WrongType
from .process import TuriProcess


class TuriModel:
    """A model held by a Turi Create process; close it, or use it in ``with``.

    Every field that Turi Create lists (``classes``, ``training_accuracy``, ...) is an attribute.
    ``process`` has the time, the memory and the printed text of the last call.
    """

    def __init__(self, process, fields):
        self.process = process
        self.fields = fields

    def __getattr__(self, name):
        fields = self.__dict__.get("fields", {})
        if name in fields:
            return fields[name]
        raise AttributeError(f"Turi Create's model has no field {name!r}; it has {sorted(fields)}")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        """End the process; fields stay readable."""
        self.process.close()

    def predict(self, dataset, output_type="class", output_frequency="per_row"):
        """Predict labels or probabilities.

        Parameters
        ----------
        dataset : DataFrame
            With the features and the session column.
        output_type : {'class', 'probability_vector'}
        output_frequency : {'per_row', 'per_window'}

        Returns
        -------
        Series, ndarray of shape (n_rows, n_classes), or DataFrame
            Labels per row with the dataset's index, probabilities per row, or one row per window.
        """
        arguments = {"output_type": output_type, "output_frequency": output_frequency}
        return self._rows("predict", dataset, arguments)

    def classify(self, dataset, output_frequency="per_row"):
        """Predict the label and its probability: a DataFrame; see ``predict``."""
        return self._rows("classify", dataset, {"output_frequency": output_frequency})

    def predict_topk(self, dataset, output_type="probability", k=3, output_frequency="per_row"):
        """Predict the k likeliest labels: a DataFrame of k rows per row or window."""
        arguments = {"output_type": output_type, "k": k, "output_frequency": output_frequency}
        return self._call("predict_topk", dataset, arguments)

    def evaluate(self, dataset, metric="auto"):
        """Turi Create's own metrics per row: a dict of numbers and DataFrames."""
        return self._call("evaluate", dataset, {"metric": metric}, [self.target])

    def summary(self):
        """Turi Create's summary as text."""
        return self.process.call("method", name="summary", output="str")

    def export_coreml(self, path):
        """Write the model as Turi Create's own ``.mlmodel`` file."""
        self.process.call("method", name="export_coreml", filename=full_path(path))

    def save(self, path):
        """Write the model as Turi Create's own folder."""
        self.process.call("method", name="save", location=full_path(path))

    def _call(self, name, dataset, arguments, columns=()):
        wanted = [*self.features, self.session_id, *columns]
        dataset = present_columns(checked_frame(dataset, "dataset"), wanted)
        return self.process.call("method", name=name, dataset=dataset, **arguments)

    def _rows(self, name, dataset, arguments):
        result = self._call(name, dataset, arguments)
        if arguments["output_frequency"] == "per_row" and isinstance(
            result, (pd.Series, pd.DataFrame)
        ):
            result.index = dataset.index
        return result


def start_model(request, **arguments):
    """Start a process and make its model; no process is left when that fails."""
    process = TuriProcess()
    try:
        return TuriModel(process, process.call(request, **arguments))
    except BaseException:
        process.close()
        raise


def checked_frame(value, name):
    """The value, if it is a DataFrame."""
    if not isinstance(value, pd.DataFrame):
        raise WrongType(f"{name} must be a DataFrame, not {type(value).__name__}")
    return value


def present_columns(frame, names):
    """The columns that exist: Turi Create itself says which are missing."""
    return frame[[name for name in dict.fromkeys(names) if name in frame.columns]]


def full_path(path):
    """The path as the other process, in another folder, must be given it."""
    return str(Path(path).expanduser().resolve())
