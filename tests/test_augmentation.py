"""What augmentation may change, and what it must not."""

import numpy as np
import pytest

from activity_detector_utils.activity_classifier.augmentation import (
    Augmentation,
    play_faster,
    random_rotations,
)
from activity_detector_utils.recordings.facts import Column, facts_from_name

FEATURES = ["rotX", "rotY", "rotZ", "accelX", "accelY", "accelZ", "heartRate"]
OMEGA, POSITION = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.5, -0.2])


def copies(features, rows, n=12, columns=None, **changes):
    """Copies of one session by an augmentation in which only `changes` is on, by seed."""
    augmentation = Augmentation(features, prediction_window=1, columns=columns)
    for name in ("ROTATION", "ROLL", "SCALE", "SPEED"):
        setattr(augmentation, name, changes.get(name, 0.0))
    values, codes = np.array(rows, dtype=np.float32), np.zeros(len(rows), int)
    lengths = np.array([len(rows)])
    return [augmentation(values, codes, lengths, np.random.default_rng(s))[0] for s in range(n)]


def moved_basis(**changes):
    """The map M of vectors and the image of OMEGA, for each of some copies."""
    rows = [[*OMEGA, *axis] for axis in np.eye(3)] + [[*OMEGA, *POSITION]]
    for moved in copies(FEATURES[:6], rows, **changes):
        yield moved[:3, 3:].T.astype(float), moved[0, :3].astype(float), moved[3, 3:].astype(float)


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


# --- rules of physics, with their signs ----------------------------------------------------------


def test_the_mirror_image_flips_x_of_vectors_and_y_and_z_of_rotation():
    found = {tuple(np.round(moved[0], 4)) for moved in copies(FEATURES[:6], [[1, 2, 3, 4, 5, 6]])}
    assert found == {(1, 2, 3, 4, 5, 6), (1, -2, -3, -4, 5, 6)}


def test_velocity_moves_as_what_turns_and_what_is_carried_say():
    """M(w x r) = w' x r', with one turn or mirror image M for everything on the device."""
    determinants = []
    for M, omega, position in moved_basis(ROTATION=15.0, ROLL=30.0):
        np.testing.assert_allclose(M @ M.T, np.eye(3), atol=1e-5)
        np.testing.assert_allclose(position, M @ POSITION, atol=1e-5)
        velocity = np.cross(omega, position)
        np.testing.assert_allclose(velocity, M @ np.cross(OMEGA, POSITION), atol=1e-5)
        determinants.append(round(np.linalg.det(M)))
    assert set(determinants) == {1, -1}


def test_a_roll_turns_about_x_by_up_to_30_degrees():
    angles = []
    for M, _, _ in moved_basis(ROLL=30.0, n=40):
        np.testing.assert_allclose(np.abs(M[:, 0]), [1, 0, 0], atol=1e-6)
        angles.append(np.degrees(np.arctan2(M[2, 1], M[1, 1])))
    assert min(angles) < -20
    assert 20 < max(angles) <= 30.001
    assert min(angles) >= -30.001


def test_faster_play_turns_faster_and_accelerates_no_more():
    rows = np.tile([*OMEGA, *POSITION], (401, 1))
    speeds = []
    for moved in copies(FEATURES[:6], rows, SPEED=0.3):
        speed = 400 / (len(moved) - 1)
        turning, carried = np.abs(moved[7, :3]), np.abs(moved[7, 3:])
        np.testing.assert_allclose(turning, np.abs(OMEGA) * speed, rtol=0.005)
        np.testing.assert_allclose(carried, np.abs(POSITION), rtol=1e-5)
        speeds.append(speed)
    assert min(speeds) < 0.9
    assert max(speeds) > 1.1


def test_the_first_window_starts_up_to_one_window_later():
    values = np.arange(60, dtype=np.float32)[:, None]
    augmentation = Augmentation(["heartRate"], prediction_window=10)
    augmentation.SPEED = 0.0
    starts = set()
    for seed in range(200):
        rng = np.random.default_rng(seed)
        moved, _, lengths = augmentation(values, np.zeros(60, int), np.array([60]), rng)
        assert moved[:, 0].tolist() == list(range(60 - lengths[0], 60))
        starts.add(int(moved[0, 0]))
    assert starts == set(range(10))


# --- what is known, and what is not --------------------------------------------------------------


def test_the_same_recordings_under_other_names_give_the_same_copies():
    rows = np.random.default_rng(0).normal(size=(50, 6))
    everything = {"ROTATION": 15.0, "ROLL": 30.0, "SCALE": 0.15, "SPEED": 0.3}
    ours = copies(FEATURES[:6], rows, **everything)
    for names in (
        ["gyro_x", "gyro_y", "gyro_z", "acc_x", "acc_y", "acc_z"],
        ["rotationRate.x", "rotationRate.y", "rotationRate.z", "ax", "ay", "az"],
        [f"Gyroscope {a} (rad/s)" for a in "xyz"] + [f"Acceleration {a} (m/s^2)" for a in "xyz"],
    ):
        for one, other in zip(ours, copies(names, rows, **everything), strict=True):
            np.testing.assert_array_equal(one, other)


def test_facts_count_more_than_names():
    gyroscope = {f"p{a}": Column("gyroscope", a, group="p") for a in "xyz"}
    found = {tuple(moved[0]) for moved in copies(["px", "py", "pz"], [[1, 2, 3]])}
    assert found == {(1, 2, 3)}
    found = {
        tuple(moved[0]) for moved in copies(["px", "py", "pz"], [[1, 2, 3]], columns=gyroscope)
    }
    assert found == {(1, 2, 3), (1, -2, -3)}


@pytest.mark.parametrize("names", ["mX mY mZ", "speedX speedY speedZ", "accelX accelY heartRate"])
def test_what_is_not_known_is_changed_in_time_only_and_said(names):
    names = names.split()
    for moved in copies(names, [[1, 2, 3]], ROTATION=15.0, ROLL=30.0, SCALE=0.15):
        assert moved.tolist() == [[1, 2, 3]]
    (note,) = Augmentation(names, 1).notes
    assert f"{', '.join(names)} changed in speed only" in note


def test_gravity_keeps_its_length_and_moves_as_turning_says():
    """dg/dt = -w x g for a device that turns: true of the recording, so true of every copy."""
    features = [*FEATURES[:3], "gravX", "gravY", "gravZ", *FEATURES[3:6]]
    dt, steps = 0.001, 200
    gravity = [np.array([0.0, -0.6, -0.8])]
    for _ in range(steps):
        gravity.append(gravity[-1] - dt * np.cross(OMEGA, gravity[-1]))
    rows = [[*OMEGA, *g, 0.5 * g[0], g[1], 3 * g[2]] for g in gravity]
    columns = {name: facts_from_name(name) for name in features}
    for moved in copies(features, rows, columns=columns, ROTATION=15.0, ROLL=30.0, SCALE=0.5):
        omega, down = moved[:, :3].astype(float), moved[:, 3:6].astype(float)
        np.testing.assert_allclose(np.linalg.norm(down, axis=1), 1, atol=1e-3)
        change = (down[-1] - down[0]) / (dt * steps)
        np.testing.assert_allclose(change, -np.cross(omega, down)[:-1].mean(axis=0), atol=2e-3)


def test_strength_is_one_for_each_kind_of_sensor():
    """Total and user acceleration differ by gravity: scaled apart, the difference would change."""
    features = [f"{part}_acc_{axis}" for part in ("total", "body") for axis in "xyz"]
    strengths = set()
    for moved in copies(features, [[0, 3, 4, 0, 6, 8]], SCALE=0.3):
        total, user = np.linalg.norm(moved[0, :3]), np.linalg.norm(moved[0, 3:])
        assert user == pytest.approx(2 * total, rel=1e-5)
        strengths.add(round(float(total), 3))
    assert len(strengths) == 12


def test_beside_gravity_only_acceleration_without_it_differs_in_strength():
    features = ["gravX", "gravY", "gravZ", *[f"body_acc_{axis}" for axis in "xyz"], *FEATURES[:3]]
    strengths = set()
    for moved in copies(features, [[0, 3, 4, 0, 3, 4, 0, 3, 4]], SCALE=0.3):
        down, user, turning = np.linalg.norm(moved.reshape(3, 3), axis=1)
        assert down == turning == pytest.approx(5)
        strengths.add(round(float(user), 3))
    assert len(strengths) == 12


def test_beside_an_attitude_nothing_is_turned_mirrored_or_made_stronger():
    features = [*FEATURES[:6], "roll", "pitch", "yaw"]
    row = [1, 2, 3, 4, 5, 6, 0.1, 0.2, 0.3]
    for moved in copies(features, [row], ROTATION=15.0, ROLL=30.0, SCALE=0.15):
        np.testing.assert_allclose(moved[0], row, rtol=1e-6)
    (note,) = Augmentation(features, 1).notes
    assert "convention of the attitude" in note


def test_angles_are_interpolated_the_short_way_round():
    values = np.array([[3.0], [-3.0]], dtype=np.float32)
    played, _ = play_faster(values, np.zeros(2, int), 0.5, {0: 2 * np.pi})
    np.testing.assert_allclose(played[:, 0], [3.0, np.pi, -3.0], atol=1e-5)
