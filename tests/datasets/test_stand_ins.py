"""Stand-ins appear in fast mode alone, say so, and never hide real data."""

import numpy as np
import pytest

from activity_detector_utils import datasets, settings

INNER = "UCI HAR Dataset.zip"
OFFICIAL = "human+activity+recognition+using+smartphones.zip"


def test_fast_mode_makes_stand_ins_that_say_so(monkeypatch, capsys, data):
    monkeypatch.setenv("COURSE_FAST", "1")
    har = datasets.load_uci_har()
    reviews = datasets.load_imdb()
    index = datasets.imdb_word_index()
    assert capsys.readouterr().out.splitlines() == [
        f"STAND-IN: {name} is not here, so this is synthetic data in its format;"
        " its scores mean nothing"
        for name in ("UCI HAR", "IMDB", "IMDB")
    ]
    assert har.stand_in
    assert reviews.stand_in
    assert np.bincount(har.y_train).tolist() == [100] * 6
    assert not set(har.people_train) & set(har.people_test)
    assert index["the"] == 1
    assert sorted(index.values()) == list(range(1, len(index) + 1))
    praise = [sum(number == index["great"] + 3 for number in review) for review in reviews.x_train]
    assert all(reviews.y_train[np.array(praise) > 0] == 1)
    assert {path.relative_to(data).parts[0] for path in data.rglob("*")} == {"stand_in"}


def test_stand_ins_are_the_same_everywhere(monkeypatch, data):
    monkeypatch.setenv("COURSE_FAST", "1")
    har, reviews = datasets.load_uci_har(), datasets.load_imdb()
    monkeypatch.setattr(settings, "cache_folder", lambda: data / "elsewhere")
    again = datasets.load_uci_har()
    np.testing.assert_array_equal(again.X_train, har.X_train)
    assert datasets.load_imdb().x_test.tolist() == reviews.x_test.tolist()


@pytest.mark.usefixtures("small_counts")
def test_real_data_wins_over_a_stand_in(monkeypatch, capsys, small_zip, data, tiny_reviews, put):
    monkeypatch.setenv("COURSE_FAST", "1")
    put(small_zip, data, "uci_har", INNER)
    assert datasets.load_uci_har().stand_in is False
    assert datasets.load_imdb().stand_in is False
    monkeypatch.delenv("COURSE_OFFLINE")
    with pytest.raises(FileNotFoundError, match="COURSE_FAST=1 starts no downloads"):
        datasets.imdb_word_index()  # words of a stand-in would not fit the real reviews
    assert capsys.readouterr().out == ""


def test_a_damaged_real_set_is_not_replaced_by_a_stand_in(monkeypatch, data, put):
    monkeypatch.setenv("COURSE_FAST", "1")
    put(b"half", data, "uci_har", OFFICIAL)
    with pytest.raises(ValueError, match="perhaps half a download"):
        datasets.load_uci_har()
