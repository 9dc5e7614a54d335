"""``activity-course waves``: what it writes, shows and refuses."""

import io
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from activity_detector_utils import settings, waves
from activity_detector_utils.course.command_line import app
from activity_detector_utils.course.command_line import waves as commands


def run(*arguments):
    return CliRunner().invoke(app, ["waves", *map(str, arguments)])


def test_generate_writes_other_series_for_test_than_for_train(tmp_path):
    result = run("generate", 30, "--output", tmp_path, "--classes", "sine, triangle, sawtooth")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        f"Written: {tmp_path / part}: 30 pairs" for part in ("Train", "Test")
    ]
    (X, y), (X_test, _) = (waves.read_waves(tmp_path / part) for part in ("Train", "Test"))
    assert sorted(set(y)) == [0, 1, 2]
    assert not any((series == X_test).all(axis=1).any() for series in X)


def test_no_seed_trains_on_what_another_one_tests(tmp_path):
    for seed in (0, 1):
        run("generate", 3, "--output", tmp_path / str(seed), "--seed", seed)
    first, second = (
        [waves.read_waves(tmp_path / seed / part)[0] for part in ("Train", "Test")] for seed in "01"
    )
    assert not any(np.array_equal(a, b) for a in first for b in second)
    run("generate", 3, "--output", tmp_path / "again", "--seed", 1)
    np.testing.assert_array_equal(waves.read_waves(tmp_path / "again" / "Train")[0], second[0])


def test_data_waves_is_the_place_if_none_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "cache_folder", lambda: tmp_path)
    assert run("generate", 2).exit_code == 0
    assert "2 series of 128 samples" in run("show").stdout
    assert {path.name for path in (tmp_path / "waves").iterdir()} == {"Train", "Test"}


def test_show_counts_the_classes_and_draws_the_first_series(tmp_path):
    X = np.array(
        [waves.make_wave("square", np.pi / 24), waves.make_wave("sine", 0.2), np.ones(128)]
    )
    waves.write_waves(tmp_path, X, [1, 0, 1])
    result = run("show", tmp_path, "--count", 1)
    assert result.exit_code == 0, result.output
    first, heading, *rows = result.stdout.splitlines()
    assert first == f"{tmp_path}: 3 series of 128 samples, 1 of class 0, 2 of class 1"
    assert heading.split() == ["file", "class", "every", "third", "sample"]
    # Half a period is 24 samples; x begins at 1, so the first half shows samples 1, 4, ..., 22.
    assert rows[0].split() == ["X_1.dat", "1", ("█" * 8 + "▁" * 8) * 2 + "█" * 8 + "▁" * 3]
    assert len(rows) == 1


def test_a_flat_series_and_a_plain_terminal_are_drawn_too(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert commands._drawn(np.ones(128)) == "_" * 43
    assert commands._drawn(np.arange(7.0)) == "_=#"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("generate", 0), 2, "Invalid value for 'N'"),
        (("generate", 2, "--classes", "sine,sqare"), 1, "unknown wave 'sqare'; there are sine"),
        (("show", "nowhere"), 1, "no X_<i>.dat in nowhere"),
    ],
)
def test_mistakes_end_in_one_line(arguments, code, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert list(tmp_path.iterdir()) == []
