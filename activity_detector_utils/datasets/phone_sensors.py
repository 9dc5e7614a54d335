"""What a phone's motion sensors report when a hand moves it: rigid-body arithmetic, no noise.

Frames of reference: world (z up), hand (x right, y forward, z up while the hand is still), and
device as in Core Motion (x to the right of the screen, y to its top, z out of it). Rotations turn
vectors of the first frame named into the second: `hand_to_world.apply(v_hand)`.
"""

import numpy as np

from ..recordings.lengths import STANDARD_GRAVITY


def attitude(device_to_world):
    """Roll, pitch and yaw as Core Motion defines them: world = Rz(yaw) Rx(pitch) Ry(roll) device.

    Parameters
    ----------
    device_to_world : Rotation, of n

    Returns
    -------
    ndarray of shape (n, 3)
        Radians; roll and yaw in [-pi, pi], pitch in [-pi/2, pi/2].
    """
    return device_to_world.as_euler("ZXY")[:, ::-1]


def sense(hand_to_world, positions, device_to_hand, rate, every):
    """Sensor values of a phone held in a moving hand.

    Parameters
    ----------
    hand_to_world : Rotation, of n_fine
        Orientation of the hand, `rate * every` times a second.
    positions : ndarray of shape (n_fine, 3)
        Where the phone is, in metres, world frame, at the same times.
    device_to_hand : Rotation
        How the phone lies in the hand.
    rate : float
        Samples per second that the sensors report.
    every : int
        Fine steps per sample.

    Returns
    -------
    ndarray of shape (n_samples, 12)
        roll, pitch, yaw (rad); rotation rate (rad/s), the mean over the step to the next sample,
        so that integrating it gives the attitude; gravity (g); acceleration without gravity (g).
    """
    device_to_world = hand_to_world[::every] * device_to_hand
    world_to_device = device_to_world.inv()
    rotation = (world_to_device[:-1] * device_to_world[1:]).as_rotvec() * rate
    rotation = np.concatenate([rotation, rotation[-1:]])
    velocity = np.gradient(positions, 1 / (rate * every), axis=0)
    acceleration = np.gradient(velocity, 1 / (rate * every), axis=0)[::every]
    felt = world_to_device.apply(acceleration) / STANDARD_GRAVITY
    gravity = world_to_device.apply([0, 0, -1])  # g
    return np.hstack([attitude(device_to_world), rotation, gravity, felt])
