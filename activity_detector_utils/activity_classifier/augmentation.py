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
    CHANGED = 0.5  # share of sessions that change, save for where their first window starts

    def __init__(self, features, prediction_window, columns=None):
        if columns is None:
            columns = {name: facts_from_name(name) for name in features}
        known = {name: columns[name] for name in features if name in columns}
        positions = {name: number for number, name in enumerate(features)}
        triples = Facts(known).triples(*VECTORS)
        self.n_features = len(features)
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
        lengths = np.asarray(lengths)
        n = len(lengths)
        # A session keeps at least one window.
        spare = np.clip(lengths - self.prediction_window, 1, self.prediction_window)
        skipped = rng.integers(0, spare)
        changed = rng.random(n) < self.CHANGED
        speeds = np.where(changed, np.exp(rng.uniform(-1, 1, n) * np.log1p(self.SPEED)), 1.0)
        values, codes, played = play_faster(values, codes, lengths, speeds, skipped, self.angles)
        ends = np.cumsum(played)
        movements = self._movements(speeds, rng)
        for session in np.flatnonzero(changed):
            samples = slice(ends[session] - played[session], ends[session])
            values[samples] = values[samples] @ movements[session]
        return values, codes, played

    def _turns(self, n, rng):
        """One rotation for each session: a roll, and a small turn about any axis."""
        roll = np.deg2rad(rng.uniform(-self.ROLL, self.ROLL, n))
        rolls = Rotation.from_euler("x", roll[:, None]).as_matrix()
        return random_rotations(n, self.ROTATION, rng) @ rolls

    def _movements(self, speeds, rng):
        """A matrix for each session that mirrors, turns and scales its sensors.

        Returns
        -------
        ndarray of float32, shape (n_sessions, n_features, n_features)
            ``values @ matrix`` moves the samples of a session; faster play rotates faster.
        """
        n = len(speeds)
        turns = self._turns(n, rng) if self.turns else np.eye(3)
        mirrored = (rng.random(n) < 0.5)[:, None] & self.turns
        strengths = {}
        matrices = np.tile(np.eye(self.n_features, dtype=np.float32), (n, 1, 1))
        for column, positions in self.sensors:
            axial = column.sensor == "gyroscope"
            if column.sensor not in strengths:
                strengths[column.sensor] = np.exp(rng.normal(0, self.SCALE, (n, 1)))
            strength = strengths[column.sensor] if self._has_own_strength(column) else 1.0
            factors = strength * np.where(mirrored, MIRROR_AXIAL if axial else MIRROR, 1.0)
            if axial:
                factors = factors * speeds[:, None]
            moved = turns * factors[:, None, :]
            # Samples are rows here, so the matrices are transposed.
            matrices[:, np.array(positions)[:, None], positions] = moved.swapaxes(1, 2)
        return matrices

    def _has_own_strength(self, column):
        """Whether a sensor may be made stronger alone: gravity is as strong for everybody."""
        apart = column.sensor == "accelerometer" and column.gravity is False
        return apart or not self.oriented


def play_faster(values, codes, lengths, speeds, skipped, angles=()):
    """Play every session at a speed of its own, at the same sampling rate.

    Parameters
    ----------
    values : ndarray of float32, shape (n_samples, n_features)
        Session by session.
    codes : ndarray of int, shape (n_samples,)
    lengths : ndarray of int, shape (n_sessions,)
    speeds : ndarray of float, shape (n_sessions,)
        2 plays twice as fast.
    skipped : ndarray of int, shape (n_sessions,)
        Samples of each session to leave out at its start.
    angles : dict of int to float
        Columns that hold angles -> their full turn; they are interpolated the short way round.

    Returns
    -------
    values : ndarray of float32, shape (n, n_features)
        A copy, linearly interpolated.
    codes : ndarray of int, shape (n,)
        The class at each new sample: that of the sample before it.
    lengths : ndarray of int, shape (n_sessions,)
        Of the sessions as played: about the old ones, divided by the speeds.
    """
    starts = np.cumsum(lengths) - lengths + skipped
    last = lengths - skipped - 1
    played = (last / speeds).astype(np.int64) + 1
    times = np.arange(played.sum()) - np.repeat(np.cumsum(played) - played, played)
    times = times * np.repeat(speeds, played)
    before = times.astype(np.int64)
    share = (times - before).astype(values.dtype)
    ends = np.repeat(starts + last, played)
    before += np.repeat(starts, played)
    np.minimum(before, ends, out=before)
    low = values.take(before, axis=0)
    step = values.take(np.minimum(before + 1, ends), axis=0)
    step -= low
    for column in angles:
        step[:, column] -= angles[column] * np.round(step[:, column] / angles[column])
    step *= share[:, None]
    low += step
    for column in angles:
        low[:, column] -= angles[column] * np.round(low[:, column] / angles[column])
    return low, codes.take(before), played


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
