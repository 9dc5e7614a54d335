from itertools import chain, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activity_detector_utils import splits
from activity_detector_utils.base.errors import ToolkitError

PEOPLE = ["a", "b", "c", "d", "e"]


def people_frame(people=PEOPLE, activities=("run", "walk"), rows=2):
    """Interleaved people, one session per person and activity, an index that is not 0..n-1."""
    records = [
        {"userId": person, "sessionId": f"{person}-{activity}", "activity": activity}
        for _ in range(rows)
        for activity in activities
        for person in people
    ]
    frame = pd.DataFrame(records)
    frame.index = np.arange(100, 100 + len(frame))[::-1]
    return frame


def people_of(split):
    return [sorted(part["userId"].unique()) for part in split]


# --- split_by_source ---------------------------------------------------------------------------


def test_chosen_people_and_the_rest_trains():
    frame = people_frame()
    before = frame.copy()
    split = splits.split_by_source(frame, validation=["d"], test=["b"])
    assert people_of(split) == [["a", "c", "e"], ["d"], ["b"]]
    assert split.test.index.tolist() == [118, 113, 108, 103]  # order and index are kept
    assert sum(map(len, split)) == len(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_a_part_nobody_is_in_keeps_the_columns():
    split = splits.split_by_source(people_frame(), test="e")
    assert split.validation.empty
    assert list(split.validation.columns) == ["userId", "sessionId", "activity"]


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"test": ["zz"]}, "unknown source 'zz'; this data has 'a', 'b', 'c', 'd', 'e'"),
        ({"validation": ["a"], "test": ["a"]}, "source 'a' is named twice"),
        ({"test": ["a", "a"]}, "source 'a' is named twice"),
        ({"train": ["a"], "test": ["b"]}, "source 'c', 'd', 'e' is in no part"),
        ({}, "name the people of at least one part, or give fractions"),
        ({"test": ["a"], "fractions": (0.8, 0, 0.2)}, "not both"),
        ({"fractions": (0.8, 0.2)}, "three numbers"),
        ({"fractions": (0.8, 0.3, 0.2)}, "add up to 1"),
        ({"fractions": (1.2, -0.2, 0)}, "numbers from 0"),
        (
            {"source": "who", "test": ["a"]},
            r"columns: \['who'\]; it has \['userId', 'sess",
        ),
    ],
)
def test_what_does_not_fit_is_named(named, message):
    with pytest.raises(ValueError, match=message):
        splits.split_by_source(people_frame(), **named)


def test_numbers_and_text_are_told_apart():
    frame = people_frame().assign(userId=[1, 2, 3, 4, 5] * 4)
    with pytest.raises(ValueError, match="unknown source '1'; this data has 1, 2, 3, 4, 5"):
        splits.split_by_source(frame, test=["1"])
    assert splits.split_by_source(frame, test=[1]).test["userId"].unique().tolist() == [1]


def test_a_row_without_a_person_is_refused():
    frame = people_frame()
    frame.iloc[3, 0] = None
    with pytest.raises(ValueError, match="column 'userId' is empty in 1 rows"):
        splits.split_by_source(frame, test=["a"])


def test_too_few_people_for_the_parts():
    with pytest.raises(ValueError, match="2 sources cannot fill 3 parts"):
        splits.split_by_source(people_frame(["a", "b"]), fractions=(0.6, 0.2, 0.2))


def test_fractions_give_every_part_every_activity_where_that_is_possible():
    # Only f, g and h jump: an even split must put one of them into each part.
    frame = pd.concat([people_frame(list("abcdefgh")), people_frame(list("fgh"), ["jump"])])
    for seed in range(5):
        split = splits.split_by_source(frame, fractions=(0.5, 0.25, 0.25), seed=seed)
        assert [len(people) for people in people_of(split)] == [4, 2, 2]
        for part in split:
            assert set(part["activity"]) == {"run", "walk", "jump"}


def test_a_seed_repeats_a_split_and_another_changes_it():
    frame = people_frame([f"p{number:02d}" for number in range(12)])
    draw = [
        people_of(splits.split_by_source(frame, fractions=(0.5, 0.25, 0.25), seed=seed))
        for seed in (1, 1, 2)
    ]
    assert draw[0] == draw[1] != draw[2]


@settings(deadline=None)
@given(
    n_people=st.integers(3, 9),
    weights=st.tuples(*[st.integers(0, 5)] * 3).filter(any),
    seed=st.integers(-3, 3),
)
def test_fractions_divide_all_people_without_overlap(n_people, weights, seed):
    fractions = np.array(weights) / sum(weights)
    frame = people_frame([f"p{number}" for number in range(n_people)], rows=1)
    split = splits.split_by_source(frame, fractions=fractions, seed=seed)
    assert sorted(chain.from_iterable(people_of(split))) == [
        f"p{number}" for number in range(n_people)
    ]
    for people, fraction in zip(people_of(split), fractions, strict=True):
        assert (len(people) > 0) == (fraction > 0)
        assert abs(len(people) - fraction * n_people) <= 2
    assert splits.audit(split).empty


def test_fractions_keep_people_without_labels():
    frame = people_frame(["a", "b", "c", "d"])
    frame.loc[frame["userId"] == "c", "activity"] = None
    split = splits.split_by_source(frame, fractions=(0.5, 0.25, 0.25), seed=0)
    assert sorted(chain.from_iterable(people_of(split))) == ["a", "b", "c", "d"]
    assert sum(map(len, split)) == len(frame) == 16
    assert splits.count_samples(frame)["c"].tolist() == [0, 0, 4]  # run, walk, missing


# --- stratified_session_split ------------------------------------------------------------------


def rows_of(sessions):
    """{session: "aab"} -> ids and labels of its rows, a letter a row."""
    ids = [name for name, labels in sessions.items() for _ in labels]
    return np.array(ids), np.array(list("".join(sessions.values())))


def test_a_tenth_of_the_sessions_and_one_of_each_class():
    names = [f"{label}{number}" for label in "abcdefg" for number in range(20)]
    ids, labels = rows_of({name: name[0] * 3 for name in names})
    chosen = np.unique(ids[splits.stratified_session_split(ids, labels, seed=4)])
    assert [sum(name[0] == label for name in chosen) for label in "abcdefg"] == [2] * 7


def test_whole_sessions_go_even_when_their_rows_are_scattered():
    ids, labels = rows_of({f"{label}{number}": label * 4 for label in "ab" for number in range(5)})
    shuffle = np.random.default_rng(0).permutation(len(ids))
    mask = splits.stratified_session_split(ids[shuffle], labels[shuffle], seed=0)
    assert mask.sum() == 8  # one session of four rows for each of two classes
    assert set(ids[shuffle][mask]).isdisjoint(ids[shuffle][~mask])


def test_small_classes_give_nothing_once_a_third_of_the_sessions_is_taken():
    ids, labels = rows_of({f"{label}{number}": label for label in "abcdef" for number in range(2)})
    assert splits.stratified_session_split(ids, labels, seed=0).sum() == 4  # a third of 12


def test_a_test_has_every_class_that_two_sessions_hold():
    sessions = {f"{label}{number}": label for label in "abcdef" for number in range(2)}
    ids, labels = rows_of(sessions | {"g": "g", "x1": "aax", "x2": "bbbx"})
    for seed in range(40):
        mask = splits.stratified_session_split(ids, labels, 0.2, seed, every_class=True)
        assert set(labels[mask]) == set("abcdefx")
        assert set(labels[~mask]) == set("abcdefgx")


def test_the_last_session_of_a_label_stays_in_training():
    sessions = {"a1": "aaz", "a2": "aa", "b1": "bb", "b2": "bb", "c1": "c"}
    for seed in range(10):  # z is in a1 alone, c in c1 alone
        ids, labels = rows_of(sessions)
        mask = splits.stratified_session_split(ids, labels, seed=seed)
        assert set(labels[mask]) == {"a", "b"}
        assert not set(ids[mask]) & {"a1", "c1"}


def test_one_session_gives_no_validation():
    assert not splits.stratified_session_split(["s"] * 4, list("aabb")).any()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["s"], ["a"], 1.0), "above 0 and below 1, not 1.0"),
        ((["s", "t"], ["a"]), "2 session ids but 1 labels"),
        ((["s", "t"], ["a", None]), "labels are missing, first in row 1"),
        ((["s", None], ["a", "a"]), "session ids are missing, first in row 1"),
    ],
)
def test_session_split_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        splits.stratified_session_split(*arguments)


@settings(deadline=None)
@given(
    sessions=st.lists(st.text("abcd", min_size=1, max_size=4), min_size=1, max_size=30),
    fraction=st.floats(0.05, 0.6),
    seed=st.integers(-5, 5),
)
def test_training_never_loses_a_label(sessions, fraction, seed):
    ids, labels = rows_of({f"s{number}": text for number, text in enumerate(sessions)})
    mask = splits.stratified_session_split(ids, labels, fraction, seed)
    assert set(labels[~mask]) == set(labels)
    assert set(ids[mask]).isdisjoint(ids[~mask])
    same = splits.stratified_session_split(ids, labels, fraction, seed)
    np.testing.assert_array_equal(mask, same)


# --- random_split_by_session -------------------------------------------------------------------


def session_frame(n_sessions, rows=1):
    return pd.DataFrame({"sessionId": np.tile(np.arange(n_sessions), rows)})


def test_the_draw_is_the_same_on_every_machine():
    """Frozen draws: a change of these moves people's sessions between runs of the course."""
    first, second = splits.random_split_by_session(session_frame(20), "sessionId", 0.7, seed=42)
    assert second["sessionId"].tolist() == [6, 8, 10, 13, 14, 15, 17]
    assert len(first) == 13


def test_rows_keep_order_and_index_and_sessions_stay_whole():
    frame = session_frame(40, rows=3)
    frame.index = [f"row {number}" for number in range(120)]
    parts = splits.random_split_by_session(frame, "sessionId", 0.5, seed=1)
    assert set(parts[0]["sessionId"]).isdisjoint(parts[1]["sessionId"])
    for part in parts:
        pd.testing.assert_frame_equal(part, frame.loc[part.index])
        numbers = [int(name.split()[1]) for name in part.index]
        assert numbers == sorted(numbers)
    assert sum(map(len, parts)) == 120


def test_a_session_stays_where_it_is_when_recordings_are_added():
    small, large = (
        splits.random_split_by_session(session_frame(n), "sessionId", 0.5, seed=9) for n in (50, 90)
    )
    assert (
        large[0]["sessionId"][large[0]["sessionId"] < 50].tolist() == small[0]["sessionId"].tolist()
    )


def test_a_larger_fraction_only_adds_sessions():
    kept = [
        set(splits.random_split_by_session(session_frame(200), "sessionId", f, seed=3)[0].sessionId)
        for f in (0.0, 0.2, 0.5, 0.9, 1.0)
    ]
    assert all(smaller <= larger for smaller, larger in pairwise(kept))
    assert (len(kept[0]), len(kept[-1])) == (0, 200)


@pytest.mark.parametrize(("fraction", "spread"), [(0.9, 30), (0.5, 50)])
def test_the_share_is_met_within_three_deviations(fraction, spread):
    for seed in range(5):
        first, _ = splits.random_split_by_session(
            session_frame(1000), "sessionId", fraction, seed=seed
        )
        assert abs(len(first) - 1000 * fraction) < spread


def test_a_number_and_its_text_draw_alike_and_no_seed_draws_anew():
    frame = session_frame(100)
    as_text = frame.astype(str)
    numbers = splits.random_split_by_session(frame, "sessionId", 0.5, seed=2)[0]
    texts = splits.random_split_by_session(as_text, "sessionId", 0.5, seed=2)[0]
    assert texts["sessionId"].astype(int).tolist() == numbers["sessionId"].tolist()
    unseeded = [splits.random_split_by_session(frame, "sessionId", 0.5)[0] for _ in range(2)]
    assert not unseeded[0].equals(unseeded[1])


def test_ids_that_turn_float_draw_as_before():
    whole = session_frame(20).astype(float)  # as ids do where one is missing
    _, second = splits.random_split_by_session(whole, "sessionId", 0.7, seed=42)
    assert second["sessionId"].tolist() == [6, 8, 10, 13, 14, 15, 17]


def test_an_empty_frame_splits_into_two():
    parts = splits.random_split_by_session(session_frame(0), "sessionId")
    assert [len(part) for part in parts] == [0, 0]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"dataset": [1]}, TypeError, r"dataset must be of type DataFrame \(not list\)\."),
        ({"session_id": 3}, TypeError, r"session_id must be of type str \(not int\)\."),
        ({"fraction": 1}, TypeError, r"fraction must be of type float \(not int\)\."),
        ({"seed": 1.0}, TypeError, r"seed must be of type int or NoneType \(not float\)\."),
        ({"fraction": 1.5}, ToolkitError, "fraction must be between 0 and 1"),
        ({"fraction": float("nan")}, ToolkitError, "fraction must be between 0 and 1"),
        ({"session_id": "zz"}, ToolkitError, "must contain a column called zz. It has sessionId"),
    ],
)
def test_random_split_refuses_as_turi_does(change, error, message):
    arguments = {"dataset": session_frame(3), "session_id": "sessionId", "seed": 1} | change
    with pytest.raises(error, match=message):
        splits.random_split_by_session(**arguments)


# --- audit and counts --------------------------------------------------------------------------


def test_audit_names_who_is_on_both_sides():
    frame = people_frame(["a", "b", "c"])
    train = frame[(frame["userId"] == "a") | (frame["sessionId"] == "b-run")]
    test = frame[frame["userId"].isin(["b", "c"])]
    found = splits.audit(train=train, test=test)
    assert found.to_dict("records") == [
        {"kind": "source", "name": "b", "train": 2, "test": 4},
        {"kind": "session", "name": "b-run", "train": 2, "test": 2},
    ]


def test_audit_looks_at_every_pair_of_parts():
    frame = people_frame(["a", "b"])
    found = splits.audit(frame, frame[frame["userId"] == "b"], frame[:0], session=None)
    assert found.columns.tolist() == ["kind", "name", "part 1", "part 2", "part 3"]
    assert found.values.tolist() == [["source", "b", 4, 4, 0]]


def test_audit_knows_that_two_people_may_use_the_same_session_number():
    frame = people_frame(["a", "b"]).assign(sessionId=1)
    split = splits.split_by_source(frame, test=["b"])
    assert splits.audit(split).empty
    assert splits.audit(split, source=None)["name"].tolist() == [1]


def test_audit_finds_sessions_of_nobody_in_two_parts():
    frame = people_frame(["a"]).assign(userId=None)
    assert splits.audit(frame[:1], frame)["kind"].tolist() == ["source", "session"]


def test_audit_without_the_column_says_which_there_are():
    with pytest.raises(ValueError, match=r"columns: \['userId'\]; it has \['sessionId'\]"):
        splits.audit(session_frame(2))


def test_counts_show_what_is_missing():
    frame = people_frame(["a", "b"], rows=3)
    frame = frame[frame["sessionId"] != "b-walk"]
    expected = pd.DataFrame({"a": [3, 3], "b": [3, 0]}, index=["run", "walk"])
    samples = splits.count_samples(frame)
    assert (samples.index.name, samples.columns.name) == ("activity", "userId")
    pd.testing.assert_frame_equal(samples, expected, check_names=False)
    sessions = splits.count_sessions(frame)
    pd.testing.assert_frame_equal(sessions, expected // 3, check_names=False)
