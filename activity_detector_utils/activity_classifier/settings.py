"""What a training is told: everything that create() takes but the recordings, checked."""

from dataclasses import dataclass

import numpy as np

from ..base.arguments import whole_number
from ..base.model_facts import check_rate, check_units

INT32 = np.iinfo(np.int32)
MAX_WINDOW = 400


@dataclass
class TrainingSettings:
    """Settings of a training, as :func:`create` describes them.

    Raises
    ------
    ToolkitError
        If one is of another type or out of range.
    """

    prediction_window: int = 100
    max_iterations: int = 10
    batch_size: int = 32
    verbose: bool = True
    random_seed: int | None = None
    patience: int | None = None
    use_data_augmentation: bool = True
    sampling_rate: float | None = None
    units: dict[str, str] | None = None

    def __post_init__(self):
        window = self.prediction_window
        self.prediction_window = whole_number("prediction_window", window, 1, MAX_WINDOW)
        self.max_iterations = whole_number("max_iterations", self.max_iterations, 1, 2**63 - 1)
        self.batch_size = whole_number("batch_size", self.batch_size, 1, INT32.max)
        if self.random_seed is None:
            self.random_seed = int(np.random.default_rng().integers(INT32.max))
        self.random_seed = whole_number("random_seed", self.random_seed, INT32.min, INT32.max)
        if self.patience is not None:
            self.patience = whole_number("patience", self.patience, 1, self.max_iterations)
        self.verbose = bool(self.verbose)
        self.use_data_augmentation = bool(self.use_data_augmentation)
        self.sampling_rate = check_rate("sampling_rate", self.sampling_rate)
        self.units = check_units("units", self.units)

    def fields(self):
        """Those that a model keeps under their own names.

        Returns
        -------
        dict
        """
        names = ("batch_size", "max_iterations", "random_seed", "use_data_augmentation", "verbose")
        return {name: getattr(self, name) for name in names}
