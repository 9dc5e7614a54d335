"""What a phone's motion sensors report when a hand moves it: rigid-body arithmetic, no noise.

Frames of reference: world (z up), hand (x right, y forward, z up while the hand is still), and
device as in Core Motion (x to the right of the screen, y to its top, z out of it). Rotation
matrices turn vectors of the first frame named into the second: `hand_to_world @ v_hand`.
"""

import numpy as np

from ..recordings.cleaning import STANDARD_GRAVITY


def rotation_matrices(vectors):
    """Rotation matrices from rotation vectors (axis times angle), by Rodrigues' formula.

    Parameters
    ----------
    vectors : ndarray of shape (n, 3)
        Radians.

    Returns
    -------
    ndarray of shape (n, 3, 3)
    """
    vectors = np.asarray(vectors, dtype=float)
    angle = np.linalg.norm(vectors, axis=1)[:, None, None]
    cross = np.zeros((len(vectors), 3, 3))
    cross[:, [2, 0, 1], [1, 2, 0]] = vectors
    cross[:, [1, 2, 0], [2, 0, 1]] = -vectors
    # np.sinc(x) is sin(pi x) / (pi x): both factors stay finite at angle 0.
    first, second = np.sinc(angle / np.pi), np.sinc(angle / (2 * np.pi)) ** 2 / 2
    return np.eye(3) + first * cross + second * (cross @ cross)


def rotation_vectors(matrices):
    """Rotation vectors from rotation matrices of angles below pi; undoes `rotation_matrices`.

    Parameters
    ----------
    matrices : ndarray of shape (n, 3, 3)

    Returns
    -------
    ndarray of shape (n, 3)
        Radians.
    """
    axis = (matrices - matrices.transpose(0, 2, 1))[:, [2, 0, 1], [1, 2, 0]] / 2
    sine = np.linalg.norm(axis, axis=1)
    angle = np.arctan2(sine, (np.trace(matrices, axis1=1, axis2=2) - 1) / 2)
    return axis / np.sinc(angle / np.pi)[:, None]


def attitude(device_to_world):
    """Roll, pitch and yaw as Core Motion defines them: world = Rz(yaw) Rx(pitch) Ry(roll) device.

    Parameters
    ----------
    device_to_world : ndarray of shape (n, 3, 3)

    Returns
    -------
    ndarray of shape (n, 3)
        Radians; roll and yaw in [-pi, pi], pitch in [-pi/2, pi/2].
    """
    m = device_to_world
    roll = np.arctan2(-m[:, 2, 0], m[:, 2, 2])
    pitch = np.arcsin(np.clip(m[:, 2, 1], -1, 1))
    yaw = np.arctan2(-m[:, 0, 1], m[:, 1, 1])
    return np.column_stack([roll, pitch, yaw])


def sense(hand_to_world, positions, device_to_hand, rate, every):
    """Sensor values of a phone held in a moving hand.

    Parameters
    ----------
    hand_to_world : ndarray of shape (n_fine, 3, 3)
        Orientation of the hand, `rate * every` times a second.
    positions : ndarray of shape (n_fine, 3)
        Where the phone is, in metres, world frame, at the same times.
    device_to_hand : ndarray of shape (3, 3)
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
    device_to_world = hand_to_world[::every] @ device_to_hand
    world_to_device = device_to_world.transpose(0, 2, 1)
    rotation = rotation_vectors(world_to_device[:-1] @ device_to_world[1:]) * rate
    rotation = np.concatenate([rotation, rotation[-1:]])
    velocity = np.gradient(positions, 1 / (rate * every), axis=0)
    acceleration = np.gradient(velocity, 1 / (rate * every), axis=0)[::every, :, None]
    felt = (world_to_device @ acceleration)[:, :, 0] / STANDARD_GRAVITY
    gravity = -world_to_device[:, :, 2]  # world gravity is (0, 0, -1) g
    return np.hstack([attitude(device_to_world), rotation, gravity, felt])
