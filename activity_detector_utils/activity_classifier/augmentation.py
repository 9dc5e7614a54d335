"""Changed copies of recordings for training: other wrists, other arms, other speeds.

What may change is what differs between people and must not matter: how the device sits on the body
(a small rotation of all its sensors together), on which side (the mirror image), how fast and how
strongly a person moves, and where the first window starts.
"""

import numpy as np

AXES = ("X", "Y", "Z")
# Sensors that measure turning (angular velocity); all others measure vectors such as acceleration.
TURNING_SENSORS = ("rot", "gyro")
# The other arm sees the mirror image along the forearm: vectors flip x, turning flips y and z.
MIRROR = np.array([-1.0, 1.0, 1.0])
MIRROR_TURNING = np.array([1.0, -1.0, -1.0])


def find_sensors(features):
    """Find the three-axis sensors among feature names: ``rotX, rotY, rotZ`` is one.

    Returns
    -------
    dict of str to list of int
        Sensor name -> positions of its x, y and z column, for sensors with all three.
    """
    positions = {name: number for number, name in enumerate(features)}
    stems = dict.fromkeys(name[:-1] for name in features if name.endswith(AXES))
    triples = {stem: [positions.get(stem + axis) for axis in AXES] for stem in stems}
    return {stem: triple for stem, triple in triples.items() if None not in triple}


def random_rotations(n, degrees, rng):
    """Rotation matrices about random axes by up to ``degrees`` either way, shape (n, 3, 3)."""
    axis = rng.normal(size=(n, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, n))[:, None, None]
    x, y, z = axis.T
    zero = np.zeros(n)
    cross = np.array([[zero, -z, y], [z, zero, -x], [-y, x, zero]]).transpose(2, 0, 1)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * (cross @ cross)


class Augmentation:
    """Change every session a little, anew each time it is called.

    Parameters
    ----------
    features : list of str
        Names of the columns; three-axis sensors are found by :func:`find_sensors`. Other columns
        are changed in time only.
    prediction_window : int
        The first window starts up to one window later.
    """

    ROTATION = 15.0  # degrees, about any axis: how the device is strapped on
    ROLL = 30.0  # degrees, about the sensors' x axis, which lies along a forearm: a watch slides
    SCALE = 0.15  # standard deviation of the logarithm of a sensor's strength
    SPEED = 0.3  # a session is played up to 30 % faster or slower

    def __init__(self, features, prediction_window):
        self.sensors = find_sensors(features)
        self.prediction_window = prediction_window

    def __call__(self, values, codes, lengths, rng):
        """Return changed ``values, codes, lengths``; the arrays given stay as they are.

        Parameters
        ----------
        values : ndarray of float32, shape (n_samples, n_features)
            Session by session.
        codes : ndarray of int, shape (n_samples,)
        lengths : ndarray of int, shape (n_sessions,)
        rng : numpy.random.Generator
        """
        turns = self._turns(len(lengths), rng)
        ends = np.cumsum(lengths)
        pieces = []
        for session, (start, end) in enumerate(zip(ends - lengths, ends, strict=True)):
            start += self._skip(end - start, rng)
            speed = np.exp(rng.uniform(-1, 1) * np.log1p(self.SPEED))
            played = play_faster(values[start:end], codes[start:end], speed)
            pieces.append(self._move(*played, speed, turns[session], rng))
        values, codes = zip(*pieces, strict=True)
        return np.concatenate(values), np.concatenate(codes), np.array([len(c) for c in codes])

    def _skip(self, length, rng):
        """Samples left out at the start; a session keeps at least one window."""
        return rng.integers(0, min(self.prediction_window, max(length - self.prediction_window, 1)))

    def _turns(self, n, rng):
        """One rotation for each session: a roll, and a small turn about any axis."""
        roll = np.deg2rad(rng.uniform(-self.ROLL, self.ROLL, n))
        rolls = np.tile(np.eye(3), (n, 1, 1))
        rolls[:, 1, 1] = rolls[:, 2, 2] = np.cos(roll)
        rolls[:, 2, 1] = np.sin(roll)
        rolls[:, 1, 2] = -rolls[:, 2, 1]
        return random_rotations(n, self.ROTATION, rng) @ rolls

    def _move(self, values, codes, speed, turn, rng):
        """Mirror, turn and scale the sensors of one session; faster play rotates faster."""
        mirrored = rng.random() < 0.5
        for name, columns in self.sensors.items():
            turning = name.lower().startswith(TURNING_SENSORS)
            matrix = turn * np.exp(rng.normal(0, self.SCALE)) * (speed if turning else 1)
            if mirrored:
                matrix = matrix * (MIRROR_TURNING if turning else MIRROR)
            values[:, columns] = values[:, columns] @ matrix.T.astype(np.float32)
        return values, codes


def play_faster(values, codes, speed):
    """Play one session ``speed`` times as fast, at the same sampling rate.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
    codes : ndarray of int, shape (n_samples,)
    speed : float

    Returns
    -------
    values : ndarray of shape (n, n_features)
        A copy, linearly interpolated, with ``n`` about ``n_samples / speed``.
    codes : ndarray of int, shape (n,)
        The class at each new sample: that of the sample before it.
    """
    last = len(values) - 1
    times = np.arange(int(last / speed) + 1) * speed
    before = np.minimum(times.astype(int), last)
    after = np.minimum(before + 1, last)
    share = (times - before)[:, None].astype(values.dtype)
    return values[before] * (1 - share) + values[after] * share, codes[before]
