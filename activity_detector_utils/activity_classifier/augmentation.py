"""Changed copies of recordings for training: other wrists, other arms, other speeds.

What may change is what differs between people and must not matter: how the device sits on the body
(a small rotation of all its sensors together), on which side (the mirror image), how fast and how
strongly a person moves, and where the first window starts. A copy must be possible: what two
sensors say about one movement still agrees in it.
"""

import numpy as np
from scipy.spatial.transform import Rotation

from ..recordings.facts import Facts, facts_from_name

# The other arm sees the mirror image along the forearm. Vectors (acceleration, gravity, the earth's
# magnetic field seen by a mirrored body) flip x. Rotation rates are axial: they flip y and z.
MIRROR = np.array([-1.0, 1.0, 1.0])
MIRROR_AXIAL = np.array([1.0, -1.0, -1.0])
VECTORS = ("accelerometer", "gyroscope", "gravity", "magnetometer")
TURN_PERIOD = {"rad": 2 * np.pi, "deg": 360.0}


def random_rotations(n, degrees, rng):
    """Rotation matrices about random axes by up to ``degrees`` either way, shape (n, 3, 3)."""
    axis = rng.normal(size=(n, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = np.deg2rad(rng.uniform(-degrees, degrees, n))[:, None]
    return Rotation.from_rotvec(angle * axis).as_matrix()


class Augmentation:
    """Change every session a little, anew each time it is called.

    Only what is known is changed: three axes of an accelerometer, a gyroscope, gravity or a
    magnetometer. Other columns are changed in time only. `notes` says what was left alone, and why.

    Parameters
    ----------
    features : list of str
        Names of the columns.
    prediction_window : int
        The first window starts up to one window later.
    columns : dict of str to Column, optional
        What the columns measure (:mod:`..recordings.facts`); by default what their names tell.
    """

    ROTATION = 15.0  # degrees, about any axis: how the device is strapped on
    ROLL = 30.0  # degrees, about the sensors' x axis, which lies along a forearm: a watch slides
    SCALE = 0.15  # standard deviation of the logarithm of a sensor's strength
    SPEED = 0.3  # a session is played up to 30 % faster or slower

    def __init__(self, features, prediction_window, columns=None):
        if columns is None:
            columns = {name: facts_from_name(name) for name in features}
        known = {name: columns[name] for name in features if name in columns}
        positions = {name: number for number, name in enumerate(features)}
        triples = Facts(known).triples(*VECTORS)
        self.prediction_window = prediction_window
        self.sensors = [
            (known[names[0]], [positions[name] for name in names]) for names in triples.values()
        ]
        kinds = {column.sensor for column in known.values()}
        self.turns = "attitude" not in kinds
        angles = {n: c for n, c in known.items() if c.sensor == "attitude" and c.axis not in "wxyz"}
        self.angles = {
            positions[name]: TURN_PERIOD[column.unit]
            for name, column in angles.items()
            if column.unit in TURN_PERIOD
        }
        # These say how the device turns and where down is: what else does must not contradict them.
        self.oriented = bool(kinds & {"gravity", "attitude", "magnetometer"})
        turned = {name for names in triples.values() for name in names} if self.turns else set()
        self.notes = _notes(features, turned, self.turns)

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
            played = play_faster(values[start:end], codes[start:end], speed, self.angles)
            pieces.append(self._move(*played, speed, turns[session], rng))
        values, codes = zip(*pieces, strict=True)
        return np.concatenate(values), np.concatenate(codes), np.array([len(c) for c in codes])

    def _skip(self, length, rng):
        """Samples left out at the start; a session keeps at least one window."""
        return rng.integers(0, min(self.prediction_window, max(length - self.prediction_window, 1)))

    def _turns(self, n, rng):
        """One rotation for each session: a roll, and a small turn about any axis."""
        roll = np.deg2rad(rng.uniform(-self.ROLL, self.ROLL, n))
        rolls = Rotation.from_euler("x", roll[:, None]).as_matrix()
        return random_rotations(n, self.ROTATION, rng) @ rolls

    def _move(self, values, codes, speed, turn, rng):
        """Mirror, turn and scale the sensors of one session; faster play rotates faster."""
        mirrored = rng.random() < 0.5
        strengths = {}
        for column, positions in self.sensors:
            axial = column.sensor == "gyroscope"
            if column.sensor not in strengths:
                strengths[column.sensor] = np.exp(rng.normal(0, self.SCALE))
            strength = strengths[column.sensor] if self._has_own_strength(column) else 1.0
            matrix = (turn if self.turns else np.eye(3)) * strength * (speed if axial else 1)
            if mirrored and self.turns:
                matrix = matrix * (MIRROR_AXIAL if axial else MIRROR)
            values[:, positions] = values[:, positions] @ matrix.T.astype(np.float32)
        return values, codes

    def _has_own_strength(self, column):
        """Whether a sensor may be made stronger alone: gravity is as strong for everybody."""
        apart = column.sensor == "accelerometer" and column.gravity is False
        return apart or not self.oriented


def play_faster(values, codes, speed, angles=()):
    """Play one session ``speed`` times as fast, at the same sampling rate.

    Parameters
    ----------
    values : ndarray of shape (n_samples, n_features)
    codes : ndarray of int, shape (n_samples,)
    speed : float
    angles : dict of int to float
        Columns that hold angles -> their full turn; they are interpolated the short way round.

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
    played = values[before] * (1 - share) + values[after] * share
    for column in angles:
        turn = angles[column]
        step = values[after, column] - values[before, column]
        step -= turn * np.round(step / turn)
        angle = values[before, column] + share[:, 0] * step
        played[:, column] = angle - turn * np.round(angle / turn)
    return played, codes[before]


def _notes(features, turned, turns):
    """What the copies leave alone, in lines for the user."""
    alone = [name for name in features if name not in turned]
    if not turns:
        return [
            "Changed copies: other speeds only. Turning or mirroring the device would need the "
            "convention of the attitude among the features."
        ]
    if not alone:
        return []
    return [
        f"Changed copies: {', '.join(alone)} changed in speed only, since no sensor with all of x, "
        "y and z is known there."
    ]
