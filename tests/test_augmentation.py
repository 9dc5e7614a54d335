"""What augmentation may change, and what it must not."""

import numpy as np
import pytest

from activity_detector_utils.activity_classifier.augmentation import (
    Augmentation,
    find_sensors,
    play_faster,
    random_rotations,
)

FEATURES = ["rotX", "rotY", "rotZ", "accelX", "accelY", "accelZ", "heartRate"]


def test_three_axis_sensors_are_found_by_name():
    assert find_sensors(FEATURES) == {"rot": [0, 1, 2], "accel": [3, 4, 5]}
    assert find_sensors(["accelZ", "accelX", "accelY", "gravX"]) == {"accel": [1, 2, 0]}


def test_rotations_are_rotations_within_their_angle():
    turns = random_rotations(200, 15.0, np.random.default_rng(0))
    np.testing.assert_allclose(
        turns @ turns.transpose(0, 2, 1), np.tile(np.eye(3), (200, 1, 1)), atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(turns), 1)
    angles = np.degrees(np.arccos((np.trace(turns, axis1=1, axis2=2) - 1) / 2))
    assert 10 < angles.max() <= 15


def test_twice_as_fast_takes_every_second_sample():
    values = np.arange(7.0)[:, None]
    codes = np.array([0, 0, 0, 1, 1, 1, 1])
    played, labels = play_faster(values, codes, 2.0)
    assert played[:, 0].tolist() == [0, 2, 4, 6]
    assert labels.tolist() == [0, 0, 1, 1]
    played, _ = play_faster(values[:3], codes[:3], 0.5)
    assert played[:, 0].tolist() == [0, 0.5, 1, 1.5, 2]


@pytest.fixture
def augmented():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(700, 7)).astype(np.float32)
    values[:, 6] = 60.0
    codes = np.repeat([0, 1, 2], [300, 300, 100])
    lengths = np.array([300, 399, 1])
    before = values.copy()
    result = Augmentation(FEATURES, prediction_window=50)(values, codes, lengths, rng)
    np.testing.assert_array_equal(values, before)
    return result


def test_sessions_stay_sessions_of_about_their_length(augmented):
    values, codes, lengths = augmented
    assert len(values) == len(codes) == lengths.sum()
    assert 250 / 1.3 <= lengths[0] <= 300 * 1.3
    assert lengths[2] == 1
    assert (codes[: lengths[0]] == 0).all()
    assert values.dtype == np.float32


def test_columns_that_are_no_sensor_keep_their_values(augmented):
    np.testing.assert_allclose(augmented[0][:, 6], 60.0, rtol=1e-6)


def test_both_sensors_turn_together_and_the_mirror_obeys_physics():
    """Turning and a vector carried by it stay consistent: omega x r moves as a velocity does."""
    omega, position = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.5, -0.2])
    frame = np.concatenate([omega, position]).astype(np.float32)[None].repeat(2, axis=0)
    augmentation = Augmentation(FEATURES[:6], prediction_window=1)
    augmentation.SCALE = augmentation.SPEED = 0.0
    speed_before = np.linalg.norm(np.cross(omega, position))
    for seed in range(8):  # some mirrored, some not
        moved = augmentation(frame, np.zeros(2, int), np.array([2]), np.random.default_rng(seed))
        turned, carried = moved[0][0, :3], moved[0][0, 3:]
        np.testing.assert_allclose(np.linalg.norm(turned), np.linalg.norm(omega), rtol=1e-5)
        speed_after = np.linalg.norm(np.cross(turned, carried))
        np.testing.assert_allclose(speed_after, speed_before, rtol=1e-5)
