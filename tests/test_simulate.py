"""Simulated phones obey mechanics, people differ, and files round-trip."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.transform import Rotation
from sklearn.ensemble import RandomForestClassifier

from activity_detector_utils.datasets.hand_motion import mirrored_axial, mirrored_polar
from activity_detector_utils.datasets.phone_sensors import attitude, sense
from activity_detector_utils.datasets.simulate import simulate_gestures, write_recordings
from activity_detector_utils.recordings import (
    MOTION_FEATURES,
    RECORDER_COLUMNS,
    read_recordings,
    report,
)


@pytest.fixture(scope="module")
def people():
    return simulate_gestures()


def turned(axis, angle):
    """The rotation about one coordinate axis, written out."""
    c, s = np.cos(angle), np.sin(angle)
    rows = {
        "x": [[1, 0, 0], [0, c, -s], [0, s, c]],
        "y": [[c, 0, s], [0, 1, 0], [-s, 0, c]],
        "z": [[c, -s, 0], [s, c, 0], [0, 0, 1]],
    }
    return np.array(rows[axis])


def device_to_world(rows):
    """Core Motion's attitude as matrices, from the columns."""
    angles = rows[["roll", "pitch", "yaw"]].to_numpy()
    return np.array([turned("z", y) @ turned("x", p) @ turned("y", r) for r, p, y in angles])


def test_attitude_agrees_with_matrices_written_out():
    mixed = Rotation.from_matrix([turned("z", 2.0) @ turned("x", -0.5) @ turned("y", 3.0)])
    np.testing.assert_allclose(attitude(mixed), [[3.0, -0.5, 2.0]], atol=1e-12)


def test_a_left_hand_moves_as_the_mirror_image_of_a_right_one():
    turn, lever = np.array([0.3, -2.0, 1.0]), np.array([0.1, 0.5, -0.2])
    there = np.cross(mirrored_axial(turn, -1), mirrored_polar(lever, -1))
    np.testing.assert_allclose(there, mirrored_polar(np.cross(turn, lever), -1), atol=1e-15)
    assert mirrored_polar(lever, -1).tolist() == [-0.1, 0.5, -0.2]


def test_a_phone_swung_in_a_circle_feels_the_centripetal_acceleration():
    # 0.5 m from the axis at 4 rad/s: 8 m/s² inwards; flat on a turntable, y outwards.
    time = np.arange(400) / 400
    hand = Rotation.from_rotvec(np.column_stack([0 * time, 0 * time, 4 * time]))
    still = Rotation.identity()
    values = sense(hand, hand.apply([0, 0.5, 0]), still, rate=100, every=4)[2:-2]
    np.testing.assert_allclose(values[:, 3:6], [[0, 0, 4]] * len(values), atol=1e-9)
    np.testing.assert_allclose(values[:, 6:9], [[0, 0, -1]] * len(values), atol=1e-12)
    expected = [[0, -8 / 9.80665, 0]] * len(values)
    np.testing.assert_allclose(values[:, 9:], expected, atol=1e-3)


def test_the_frame_is_the_recorders_and_says_that_it_is_simulated(people):
    assert list(people) == ["userId", *RECORDER_COLUMNS]
    assert people["userId"].unique().tolist() == ["sim_01", "sim_02", "sim_03", "sim_04"]
    assert people["sessionId"].nunique() == 4 * 3 * 4
    assert np.isfinite(people[RECORDER_COLUMNS[2:]]).all(axis=None)


def test_bouts_and_shares_are_those_of_the_recordings(people):
    counts = people["activity"].value_counts()
    moves = ["chop_it", "drive_it", "shake_it"]
    np.testing.assert_allclose(counts["rest_it"] / counts[moves], 2.4, atol=0.25)
    bouts = people[people["activity"] != "rest_it"].groupby("sessionId")["activity"]
    assert bouts.nunique().eq(1).all()
    assert bouts.size().between(21 * 25 - 1, 28 * 25 + 1).all()


def test_gravity_is_the_worlds_seen_from_the_phone(people):
    rows = people.iloc[::50]
    gravity = rows[["gravX", "gravY", "gravZ"]].to_numpy()
    np.testing.assert_allclose(np.linalg.norm(gravity, axis=1), 1, atol=2e-6)
    seen = np.einsum("nij,i->nj", device_to_world(rows), [0, 0, -1.0])
    np.testing.assert_allclose(gravity, seen, atol=1e-5)


def test_rotation_rate_integrates_to_attitude(people):
    for _, rows in people.groupby(["userId", "activity"]):
        rows = rows[rows["sessionId"] == rows["sessionId"].iloc[0]].iloc[:25]
        orientation = device_to_world(rows)[0]
        steps = Rotation.from_rotvec(rows[["rotX", "rotY", "rotZ"]].to_numpy() / 25)
        for step in steps.as_matrix()[:-1]:
            orientation = orientation @ step
        difference = Rotation.from_matrix(device_to_world(rows)[-1].T @ orientation)
        # What sensor noise of a few hundredths of a rad/s adds up to in a second.
        assert difference.magnitude() < 0.03


def test_a_seed_repeats_and_another_does_not():
    first = simulate_gestures(1, 1, seed=5)
    pd.testing.assert_frame_equal(first, simulate_gestures(1, 1, seed=5))
    assert not first["rotX"].iloc[:500].equals(simulate_gestures(1, 1, seed=6)["rotX"].iloc[:500])


def test_a_person_is_the_same_in_any_company(people):
    few = simulate_gestures(2, 1)
    rows = people[people["sessionId"].isin(few["sessionId"].unique())].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, rows)


def test_files_in_the_recorders_format_read_back_exactly(tmp_path):
    frame = simulate_gestures(2, 2)
    written = write_recordings(tmp_path / "new", frame)
    assert [path.name for path in written[:2]] == [
        "sim_01-chop-it-data.csv",
        "sim_01-drive-it-data.csv",
    ]
    assert written[0].read_text().startswith("sim_01-chop_it-1,0,")
    pd.testing.assert_frame_equal(read_recordings(tmp_path / "new"), frame)


def test_what_the_recorder_could_not_have_made_is_refused(tmp_path):
    frame = simulate_gestures(1, 1)
    with pytest.raises(ValueError, match=r"unknown activities \['walk'\]"):
        write_recordings(tmp_path, frame.assign(activity="walk"))
    with pytest.raises(ValueError, match="session 's' mixes chop_it, drive_it, shake_it"):
        write_recordings(tmp_path, frame.assign(sessionId="s"))
    with pytest.raises(ValueError, match=r"users \['a-b'\] cannot begin"):
        write_recordings(tmp_path, frame.assign(userId="a-b"))
    with pytest.raises(ValueError, match=r"following columns: \['yaw'\]"):
        write_recordings(tmp_path, frame.drop(columns="yaw"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options", [{"n_people": 0}, {"seed": -1}, {"n_people": 1, "faults": True}]
)
def test_numbers_out_of_range_are_said(options):
    with pytest.raises(ValueError, match="must be at least"):
        simulate_gestures(**options)


def test_the_two_faults_are_there_and_nowhere_else(people):
    faulty = simulate_gestures(faults=True)
    changed = (faulty != people).any(axis=1)
    planted = ["sim_01-shake_it-1", "sim_02-drive_it-1"]
    assert faulty.loc[changed, "sessionId"].unique().tolist() == planted
    assert report(people).findings.empty
    assert report(faulty).findings["sessionId"].tolist() == ["sim_01-shake_it-1"]
    power = faulty.groupby(["activity", "sessionId"])["accelX"].std()["drive_it"]
    assert power["sim_02-drive_it-1"] > 5 * power.drop("sim_02-drive_it-1").max()


def windows(frame, n=20):
    """Mean, spread and extremes of windows of one session each; labels and people beside them."""
    X, y, who = [], [], []
    for _, rows in frame.groupby("sessionId", sort=False):
        n_windows = len(rows) // n
        cut = rows[MOTION_FEATURES].to_numpy()[: n_windows * n].reshape(n_windows, n, 6)
        X.append(np.hstack([cut.mean(1), cut.std(1), cut.min(1), cut.max(1)]))
        y += rows["activity"].to_numpy()[n // 2 : n_windows * n : n].tolist()
        who += [rows["userId"].iloc[0]] * n_windows
    return np.vstack(X), np.array(y), np.array(who)


def test_a_classifier_is_good_but_not_perfect_on_people_it_never_met():
    X, y, who = windows(simulate_gestures(8, 2))

    def accuracy(train):
        forest = RandomForestClassifier(30, random_state=0)
        return forest.fit(X[train], y[train]).score(X[~train], y[~train])

    unseen = np.isin(who, ["sim_04", "sim_05", "sim_08"])
    by_row = np.random.default_rng(0).random(len(y)) < 0.7
    by_person, by_row = accuracy(~unseen), accuracy(by_row)
    assert 0.85 < by_person < 0.97
    assert by_row > by_person + 0.02


@pytest.mark.parametrize(
    "user", ["../evil", "a/b", "a\\b", ".hidden", " a", "a\n", "", "\0", "a:b"]
)
def test_a_user_s_name_leads_nowhere_else(tmp_path, user):
    frame = simulate_gestures(1, 1).assign(userId=user)
    with pytest.raises(ValueError, match="cannot begin the name of a file"):
        write_recordings(tmp_path / "in", frame)
    assert list(tmp_path.iterdir()) == []
