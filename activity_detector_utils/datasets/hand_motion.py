"""How simulated people move a hand: what differs between them and what each gesture is.

Hand frame: x right, y forward, z up while the hand is still; angles in rad, lengths in m.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

LEAN = 0.6  # rad by which phone and steering wheel lean towards the face
REACTION = 0.5  # s, the longest delay between a label and the hand


@dataclass(frozen=True)
class Person:
    """What stays the same in everything one person does."""

    number: int
    side: int  # 1 right-handed, -1 left-handed
    tempo: float  # cycles per second, relative to most people
    vigour: float  # amplitude, relative to most people
    reach: float  # m from the pivot of a chop to the phone
    tremor: float  # rad, fast
    fidget: float  # rad, slow
    noise: float  # of the phone's sensors, relative to most phones
    aim: np.ndarray  # rad, how the directions of chopping and shaking are turned
    grip: np.ndarray  # rad, how the phone is turned in the hand

    @property
    def name(self):
        """The `userId`."""
        return f"sim_{self.number:02d}"


def draw_person(number, seed):
    """Person `number` (from 1) of a seed; the same whoever else is drawn."""
    rng = np.random.default_rng([seed, number])
    return Person(
        number=number,
        side=-1 if number % 4 == 3 else 1,
        tempo=np.exp(rng.normal(0, 0.18)),
        vigour=np.exp(rng.normal(0, 0.2)),
        reach=rng.uniform(0.15, 0.4),
        tremor=rng.uniform(0.001, 0.004),
        fidget=rng.uniform(0.02, 0.06),
        noise=np.exp(rng.normal(0, 0.3)),
        aim=rng.normal(0, 0.45, 3),
        grip=rng.normal(0, 0.3, 3),
    )


def move_hand(person, gesture, rng, time, start, stop):
    """Motion of a hand that rests, makes one gesture from `start` to `stop`, and rests.

    Parameters
    ----------
    person : Person
    gesture : {"chop_it", "drive_it", "shake_it"}
    rng : numpy.random.Generator
    time : ndarray of shape (n,)
        Seconds from 0, evenly spaced.
    start, stop : float
        Seconds.

    Returns
    -------
    turn : ndarray of shape (n, 3)
        Rotation vector of the hand (rad).
    shift : ndarray of shape (n, 3)
        Translation (m).
    lever : ndarray of shape (3,)
        From the point about which the hand turns to the phone (m).
    """
    start, stop = start + rng.uniform(0, REACTION), stop + rng.uniform(0, REACTION)
    strength = (_ramp(time - start) * _ramp(stop - time))[:, None]
    turn, shift, lever = _GESTURES[gesture](person, rng, time)
    turn = strength * turn + _unrest(person, rng, time)
    return (
        mirrored_axial(turn, person.side),
        mirrored_polar(strength * shift, person.side),
        mirrored_polar(lever, person.side),
    )


def mirrored_polar(vectors, side):
    """A left hand (`side` -1) makes the mirror image: positions change sign along x."""
    return vectors * np.array([side, 1, 1])


def mirrored_axial(vectors, side):
    """Rotation vectors, being axial, change sign along the other two axes."""
    return side * mirrored_polar(vectors, side)


def _ramp(time):
    """0 up to time 0, 1 from half a second later, smooth between."""
    part = np.clip(time / 0.5, 0, 1)
    return part**2 * (3 - 2 * part)


def _wander(rng, time, low, high):
    """Random smooth motion on three axes: four waves each of `low` to `high` Hz; RMS about 1."""
    frequency, phase = rng.uniform(low, high, (12, 1)), rng.uniform(0, 2 * np.pi, (12, 1))
    waves = np.sin(2 * np.pi * frequency * time + phase)
    return waves.reshape(3, 4, -1).sum(axis=1).T / np.sqrt(2)


def _unrest(person, rng, time):
    """Rotation of a hand that does nothing: tremor, fidgeting, two changes of posture."""
    turn = person.tremor * _wander(rng, time, 8, 11) + person.fidget * _wander(rng, time, 0.1, 0.5)
    for at in rng.uniform(0, time[-1], 2):
        turn += _ramp((time - at) / 2)[:, None] * rng.normal(0, 0.2, 3)
    return turn


def _phase(rng, time, frequency):
    """Phase (rad) of a motion whose frequency (Hz) varies by some percent."""
    varying = frequency * np.exp(rng.normal(0, 0.08)) * (1 + 0.06 * _wander(rng, time, 0.05, 0.5))
    return 2 * np.pi * np.cumsum(varying[:, 0]) * time[1]


def _chop(person, rng, time):
    """The forearm swings about its lateral axis, down faster than up."""
    phase = _phase(rng, time, 1.7 * person.tempo)
    swing = -0.55 * person.vigour * np.sin(phase + 0.5 * np.sin(phase))
    wobble = 0.15 * person.vigour * np.sin(phase + rng.uniform(0, 2 * np.pi))
    aim = Rotation.from_rotvec(person.aim)
    turn = aim.apply(np.column_stack([swing, wobble / 2, wobble]))
    return turn, np.zeros_like(turn), np.array([0, person.reach, 0])


def _shake(person, rng, time):
    """The hand goes side to side, the wrist turning with it."""
    frequency = 3 * person.tempo
    wave = np.sin(_phase(rng, time, frequency))[:, None]
    aim = Rotation.from_rotvec(person.aim)
    shift = 0.05 * person.vigour * (3 / frequency) * wave * aim.apply([1, 0, 0])
    turn = 0.25 * person.vigour * wave * aim.apply([0.2, 0.5, 0.8])
    return turn, shift, np.array([0, 0.1, 0])


def _drive(person, rng, time):
    """Both hands turn a leaning wheel, slowly and irregularly; the arms carry it along a little."""
    angle = 0.6 * person.vigour * _wander(rng, time, 0.08, 0.4 * person.tempo)[:, :1]
    turn = angle * np.array([0, np.cos(LEAN), -np.sin(LEAN)])
    return turn, 0.015 * person.vigour * _wander(rng, time, 0.3, 1), np.zeros(3)


_GESTURES = {"chop_it": _chop, "drive_it": _drive, "shake_it": _shake}
