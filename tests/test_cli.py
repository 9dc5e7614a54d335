"""The command line: what it prints, writes and refuses, with its exit codes."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from small_models import random_model
from typer.testing import CliRunner

from activity_detector_utils import activity_classifier, settings
from activity_detector_utils.app import holding_out, training_run
from activity_detector_utils.app.command_line import app
from activity_detector_utils.app.loading import Recordings
from activity_detector_utils.datasets.simulate import simulate_gestures, write_recordings
from activity_detector_utils.recordings import load_frame, save_frame

FEATURES = ["rotX", "rotY", "rotZ"]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def succeed(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def fail(*arguments, code=1):
    """Run what must fail; return its one line on the error stream."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    line = result.stderr.strip()
    assert line.startswith("Error: ")
    assert "\n" not in line
    return line


@pytest.fixture(scope="module")
def gestures(tmp_path_factory):
    """Simulated recordings of five people: a folder of CSVs."""
    folder = tmp_path_factory.mktemp("cli") / "gestures"
    write_recordings(folder, simulate_gestures(n_people=5, sessions_per_activity=1))
    return folder


NAMES = "0=rest_it,1=drive_it,2=shake_it,3=chop_it"


@pytest.fixture(scope="module")
def trained(gestures):
    """One real training run, and what it printed."""
    output = gestures.parent / "models" / "gestures"
    printed = succeed(
        *("train", "--data", gestures, "--output", output, "--activities", NAMES),
        *("--window", 25, "--iterations", 2, "--rate", 25, "--no-wrong-split"),
    )
    return output, printed


def random_train(monkeypatch, iterations=None):
    """Stand in for training: a model with random weights, after so many iterations."""

    def create(dataset, session_id, target, **options):
        classes = sorted(dataset[target].unique().tolist())
        model = random_model(options["prediction_window"], options["features"], classes)
        model.session_id, model.target = session_id, target
        done = range(1, (iterations or options["max_iterations"]) + 1)
        columns = ["training_accuracy", "training_loss", "validation_accuracy", "validation_loss"]
        model.history = pd.DataFrame(
            {"iteration": done, "seconds": 1.0, **dict.fromkeys(columns, 0.5)}
        )
        return model

    monkeypatch.setattr(training_run, "create", create)
    monkeypatch.setattr(training_run, "report_files", lambda result: {"index.html": b"page"})


@pytest.fixture
def quick(monkeypatch):
    random_train(monkeypatch)


def small_frame(n_people=5, activities=("run", "walk"), samples=60):
    rng = np.random.default_rng(0)
    parts = [
        pd.DataFrame(rng.normal(size=(samples, 3)), columns=FEATURES).assign(
            userId=f"p{person}", sessionId=f"p{person}-{activity}", activity=activity
        )
        for person in range(1, n_people + 1)
        for activity in activities
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.parquet"
    save_frame(small_frame(), path)
    return path


# --- train ---------------------------------------------------------------------------------------


def test_train_says_what_it_found_and_whom_it_holds_out(trained):
    _, printed = trained
    frame = simulate_gestures(n_people=5, sessions_per_activity=1)
    size = f"5 people, 15 sessions, {len(frame):,} samples, {len(frame) / 25 / 60:.1f} minutes"
    assert f"gestures (simulated, not recorded): {size} at 25 Hz" in printed
    assert "Activities: chop_it, drive_it, rest_it, shake_it" in printed
    assert "window: 25 samples (1 s)" in printed
    assert "| Iteration " in printed


def test_scorecard_is_that_of_people_nobody_trained_on(trained):
    output, printed = trained
    card = json.loads((output / "report" / "scorecard.json").read_text())
    people = [set(card["parts"][name]["people"]) for name in ("train", "validation", "test")]
    assert [len(each) for each in people] == [3, 1, 1]
    assert set.union(*people) == {f"sim_0{n}" for n in range(1, 6)}

    # The oracle: the saved model on the recordings of the person held out, counted by hand.
    frame = simulate_gestures(n_people=5, sessions_per_activity=1)
    unseen = frame[frame["userId"].isin(people[2])]
    predicted = activity_classifier.load_model(output).predict(unseen)
    accuracy = (predicted == unseen["activity"]).mean()
    assert card["test"]["accuracy"] == pytest.approx(accuracy)
    common = frame.loc[frame["userId"].isin(people[0]), "activity"].mode()[0]
    baseline = (unseen["activity"] == common).mean()
    assert card["baseline"]["accuracy"] == pytest.approx(baseline)
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert any(line.startswith(f"this model {accuracy:.3f} ") for line in lines)
    assert any(line.startswith(f"always {common}, the most frequent") for line in lines)
    assert any(
        line.startswith(f"{next(iter(people[2]))} {len(unseen):,} {accuracy:.3f}") for line in lines
    )


def test_model_folder_holds_model_and_report_and_nothing_else(trained):
    output, _ = trained
    assert (output / "report" / "index.html").read_text().startswith("<!DOCTYPE html>")
    assert len(list((output / "report").glob("*.png"))) == 5
    assert [path.name for path in output.parent.iterdir()] == ["gestures"]
    model = activity_classifier.load_model(output)
    assert model.sampling_rate == 25
    assert model.units["rotX"] == "rad/s"
    assert "simulated, not recorded" in model.fields["description"]


def test_wrong_split_is_scored_by_a_second_model_and_labelled(quick, small, tmp_path, monkeypatch):
    create, make_scorecard, seen = training_run.create, training_run.make_scorecard, []

    def watched_create(frame, *arguments, **options):
        seen.append(frame)
        return create(frame, *arguments, **options)

    def watched_scorecard(result):
        seen.append(result)
        return make_scorecard(result)

    monkeypatch.setattr(training_run, "create", watched_create)
    monkeypatch.setattr(training_run, "make_scorecard", watched_scorecard)
    printed = succeed("train", "--data", small, "--output", tmp_path / "m")
    honest, wrong, result = seen
    assert honest["userId"].nunique() == 3
    assert wrong["userId"].nunique() > 3
    tested = set(result.wrong_test.by_session["sessionId"])
    assert tested == set(result.wrong_split.test["sessionId"])
    assert not tested & set(wrong["sessionId"])
    accuracy = result.wrong_test.metrics["accuracy"]
    line = f"WRONG: same settings, random split by session {accuracy:.3f}"
    assert line in " ".join(printed.split())


def test_fewer_than_three_people_can_only_hold_sessions_out(quick, tmp_path):
    save_frame(simulate_gestures(n_people=2, sessions_per_activity=4), tmp_path / "two.parquet")
    printed = succeed("train", "--data", tmp_path / "two.parquet", "--output", tmp_path / "m")
    assert "Fewer than three people: only sessions can be held out" in printed
    assert "never met" not in printed
    assert "WRONG" not in printed


def test_output_defaults_to_models_and_the_name_of_the_data(quick, small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    succeed("train", "--data", small)
    assert (tmp_path / "models" / "small" / "model.json").exists()


def test_a_second_run_replaces_the_first_and_its_report(quick, small, tmp_path):
    output = tmp_path / "m"
    succeed("train", "--data", small, "--output", output)
    (output / "report" / "old.png").write_bytes(b"")
    succeed("train", "--data", small, "--output", output)
    assert not (output / "report" / "old.png").exists()


def test_train_refuses_a_folder_of_something_else_before_it_trains(small, tmp_path, monkeypatch):
    (tmp_path / "thesis").mkdir()
    monkeypatch.setattr(training_run, "create", None)
    line = fail("train", "--data", small, "--output", tmp_path / "thesis")
    assert "is no saved model" in line
    assert "it is left as it is" in line


def test_ctrl_c_before_the_first_iteration_writes_nothing(small, tmp_path, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(training_run, "create", interrupted)
    result = run("train", "--data", small, "--output", tmp_path / "m")
    assert result.exit_code == 130
    assert result.stderr.strip() == "Interrupted; nothing half-written is left."
    assert not (tmp_path / "m").exists()


def test_ctrl_c_later_keeps_the_model_so_far_and_trains_no_second_one(small, tmp_path, monkeypatch):
    random_train(monkeypatch, iterations=3)
    result = run("train", "--data", small, "--output", tmp_path / "m", "--iterations", 9)
    assert result.exit_code == 130
    assert "WRONG" not in result.stdout
    assert activity_classifier.load_model(tmp_path / "m").features == FEATURES


def test_ctrl_c_in_the_second_training_only_leaves_the_comparison_out(
    quick, small, tmp_path, monkeypatch
):
    create, calls = training_run.create, []

    def second_time_interrupted(*arguments, **options):
        calls.append(options["verbose"])
        if len(calls) == 2:
            raise KeyboardInterrupt
        return create(*arguments, **options)

    monkeypatch.setattr(training_run, "create", second_time_interrupted)
    assert "WRONG" not in succeed("train", "--data", small, "--output", tmp_path / "m")
    assert calls == [True, False]


def test_session_ids_that_people_share_are_several_sessions(quick, tmp_path):
    frame = small_frame().assign(sessionId=lambda rows: rows["activity"])
    save_frame(frame, tmp_path / "shared.parquet")
    printed = succeed("train", "--data", tmp_path / "shared.parquet", "--output", tmp_path / "m")
    assert "2 session ids occur for several people" in printed
    assert "5 people, 10 sessions" in printed


def test_rows_are_not_dropped_for_being_equal_but_for_being_there_twice(quick, tmp_path):
    frame = small_frame().assign(timestamp=lambda rows: rows.groupby("sessionId").cumcount() / 50)
    frame.loc[10:19, ["rotX", "rotY", "rotZ"]] = 0.0
    twice = pd.concat([frame, frame.iloc[[5]]])
    save_frame(twice.reset_index(drop=True), tmp_path / "twice.parquet")
    printed = succeed("train", "--data", tmp_path / "twice.parquet", "--output", tmp_path / "m")
    assert "Dropped 1 rows of 1 sessions (the same sample twice)" in printed
    assert "600 samples" in printed


def test_labels_in_parquet_are_looked_at_too(quick, tmp_path):
    frame = small_frame()
    frame.loc[:9, "activity"] = frame["activity"][0].upper() + " "
    save_frame(frame, tmp_path / "spelled.parquet")
    result = run("train", "--data", tmp_path / "spelled.parquet", "--output", tmp_path / "m")
    first = frame["activity"][20]
    assert "Note: removed blanks around activity in 10 rows\n" in result.stderr
    assert (
        f"near-equal labels in activity: '{first}' (290 rows), '{first.upper()}'" in result.stderr
    )


def test_activities_that_name_a_label_twice_are_refused(gestures, tmp_path):
    named = ("--data", gestures, "--activities", "0=rest,0=run")
    assert "names 0 more than once" in fail("train", *named, "--output", tmp_path / "m")


def test_labels_of_two_types_are_one_clear_error(tmp_path):
    frame = small_frame().assign(activity=lambda rows: [1.0, 2.0] * (len(rows) // 2))
    save_frame(frame, tmp_path / "floats.parquet")
    message = fail("train", "--data", tmp_path / "floats.parquet", "--output", tmp_path / "m")
    assert "cannot be of type floating" in message
    assert "frame.astype({'activity': int})" in message


def test_rows_that_cannot_be_used_are_dropped_aloud(quick, tmp_path):
    frame = small_frame().assign(unused=np.nan)
    frame.loc[[3, 70], "rotY"] = [np.nan, np.inf]
    save_frame(frame, tmp_path / "holes.parquet")
    printed = succeed(
        "train",
        "--data",
        tmp_path / "holes.parquet",
        "--features",
        "rotX,rotY",
        "--output",
        tmp_path / "m",
    )
    assert "Dropped 2 rows of 2 sessions (missing or infinite value): p1-run, p1-walk" in printed
    assert "598 samples" in printed


# --- what columns mean ---------------------------------------------------------------------------


def phone_frame(unit=1.0, rates=(50,) * 5):
    """Five people who walk, then run; a clock beside the sensors, gravity in the acceleration."""
    frame = small_frame(samples=80)
    rng = np.random.default_rng(1)
    accel = rng.normal([0, 0.6, 0.8], 0.1, (len(frame), 3)) * unit
    frame[["acc_x", "acc_y", "acc_z"]] = accel
    row = frame.groupby("sessionId").cumcount()
    rate = frame["userId"].map(dict(zip(sorted(frame["userId"].unique()), rates, strict=True)))
    return frame.assign(seconds_elapsed=row / rate, battery=100 - row // 4)


def train_on(frame, tmp_path, *options):
    save_frame(frame, tmp_path / "phone.parquet")
    return ("train", "--data", tmp_path / "phone.parquet", "--output", tmp_path / "m", *options)


def test_train_says_what_it_learns_from_what_it_leaves_out_and_what_it_guessed(quick, tmp_path):
    printed = succeed(*train_on(phone_frame(), tmp_path))
    assert "Left out: seconds_elapsed: is named like a time" in printed
    assert "Left out: battery: falls steadily within sessions (a clock or a counter)" in printed
    assert "Features: rotX (rad/s), rotY (rad/s), rotZ (rad/s), acc_x, acc_y, acc_z" in printed
    assert "Taken for: rotX, rotY, rotZ: gyroscope in rad/s (by the course's column" in printed
    guess = "Taken for: acc_x, acc_y, acc_z: accelerometer in g, gravity included (by its name; "
    assert guess + "median length 1" in printed
    assert "Rate: 50 Hz, measured from the times in seconds_elapsed." in printed


def test_three_rates_are_refused_and_resampling_is_one_option(quick, tmp_path):
    train = train_on(phone_frame(rates=(50, 50, 100, 200, 50)), tmp_path)
    line = fail(*train)
    assert "sessions have different rates: 50 Hz in 6" in line
    assert "--resample 50" in line
    assert "at 50 Hz" in succeed(*train, "--resample", 50)
    assert "column 'seconds_elapsed' says 50" in fail(
        *train_on(phone_frame(), tmp_path), "--rate", 100
    )


def test_metres_called_g_are_refused_and_units_are_one_option(tmp_path):
    names = {f"acc_{a.lower()}": f"accel{a}" for a in "XYZ"}
    train = train_on(phone_frame(unit=9.80665).rename(columns=names), tmp_path, "--iterations", 1)
    line = fail(*train)
    assert "said to be in g (the course's column names), but their median length is " in line
    assert "--units accel=m/s^2" in line
    succeed(*train, "--units", "accel=m/s^2", "--no-wrong-split")
    model = activity_classifier.load_model(tmp_path / "m")
    assert model.units["accelX"] == "g"
    assert model.fields["sensors"]["accelX"]["gravity"] is True
    assert model.sampling_rate == pytest.approx(50)
    check = ("--model", tmp_path / "m", "--data", tmp_path / "phone.parquet")
    assert "m/s^2 would fit" in fail("evaluate", *check)
    succeed("evaluate", *check, "--units", "accel=m/s^2")
    save_frame(phone_frame(rates=(100,) * 5).rename(columns=names), tmp_path / "phone.parquet")
    predict = ("predict", *check, "--output", tmp_path / "p.csv")
    assert "the model was trained at 50 samples a second" in fail(*predict)
    succeed(*predict, "--resample", 50)


# --- holding out ---------------------------------------------------------------------------------


def recordings(n_people, **options):
    return Recordings("made", small_frame(n_people, **options))


def people_of(split):
    return [sorted(part["userId"].unique()) for part in split]


@pytest.mark.parametrize(("n_people", "sizes"), [(3, 2), (4, 3), (5, 3), (10, 6)])
def test_a_fifth_of_the_people_tests_and_one_at_least(n_people, sizes):
    split, by = holding_out.hold_out(recordings(n_people), seed=1)
    train, validation, test = people_of(split)
    assert by == "person"
    assert len(train) == sizes
    assert len(test) == max(1, n_people // 5)
    assert not set(test) & {*train, *validation}
    # From five people on, others than those who train are watched.
    assert n_people < 5 or len(set(validation) - set(train)) == max(1, n_people // 5)


def test_people_named_are_held_out_and_the_others_train():
    split, _ = holding_out.hold_out(recordings(5), ["p2"], ["p4"])
    assert people_of(split) == [["p1", "p3", "p5"], ["p4"], ["p2"]]
    split, _ = holding_out.hold_out(recordings(5), ["p2"])
    train, validation, test = people_of(split)
    assert test == ["p2"]
    assert sorted(train + validation) == ["p1", "p3", "p4", "p5"]
    assert len(validation) == 1


def test_people_with_numbers_for_names_can_be_named():
    frame = small_frame().assign(userId=lambda rows: rows["userId"].str[1:].astype(int))
    split, _ = holding_out.hold_out(Recordings("made", frame), ["2"], ["4"])
    assert people_of(split) == [[1, 3, 5], [4], [2]]


def test_wrong_split_has_parts_as_large_and_no_session_twice():
    split, _ = holding_out.hold_out(recordings(20, samples=2), seed=3)
    wrong = holding_out.wrong_split(split, seed=3)
    sessions = [set(part["sessionId"]) for part in wrong]
    assert sum(map(len, sessions)) == len(set.union(*sessions)) == 40
    for drawn, honest in zip(wrong, split, strict=True):
        assert abs(len(drawn) - len(honest)) < 0.2 * 80


def test_sessions_held_out_have_every_activity():
    frame = small_frame(1, activities=("run", "walk", "sit"), samples=2)
    with pytest.raises(ValueError, match="run 1, sit 1, walk 1"):
        holding_out.split_sessions(frame, 0.8, seed=0)
    twice = pd.concat([frame, frame.assign(sessionId=frame["sessionId"] + "-2")])
    for seed in range(40):
        for part in holding_out.split_sessions(twice, 0.8, seed):
            assert set(part["activity"]) == {"run", "walk", "sit"}


def test_one_activity_to_train_or_to_test_on_is_refused():
    with pytest.raises(ValueError, match=r"all recordings are of one activity, run.*add record"):
        holding_out.hold_out(Recordings("made", small_frame(activities=["run"])))
    frame = small_frame(1)
    more = frame[frame["activity"] == "run"].assign(sessionId="again")
    with pytest.raises(ValueError, match=r"one activity, run.*two sessions of each.*run 2, walk 1"):
        holding_out.hold_out(Recordings("made", pd.concat([frame, more])))
    frame = small_frame(4)
    frame = frame[(frame["userId"] != "p1") | (frame["activity"] == "run")]
    with pytest.raises(ValueError, match=r"one activity, run.*--test-people"):
        holding_out.hold_out(Recordings("made", frame), test=["p1"])


def test_what_is_not_tested_is_said():
    frame = small_frame(1, activities=("run", "walk", "sit"))
    more = frame[frame["activity"] != "sit"].assign(sessionId=lambda rows: rows["sessionId"] + "-2")
    split, by = holding_out.hold_out(Recordings("made", pd.concat([frame, more])))
    assert holding_out.describe_split(split, by)[-1].endswith("no score speaks of it: sit.")


# --- evaluate, predict ---------------------------------------------------------------------------


def test_evaluate_prints_the_scores_of_the_people_asked_for(trained, gestures):
    output, _ = trained
    model = activity_classifier.load_model(output)
    frame = simulate_gestures(n_people=5, sessions_per_activity=1)
    theirs = frame[frame["userId"] == "sim_02"]
    metrics = model.evaluate(theirs)
    printed = succeed(
        "evaluate",
        "--model",
        output,
        "--data",
        gestures,
        "--people",
        "sim_02",
        "--activities",
        NAMES,
    )
    assert f"3 sessions, {len(theirs):,} samples" in printed
    numbers = [f"{metrics[name]:.3f}" for name in ("accuracy", "f1_score", "log_loss")]
    assert " ".join(numbers) in " ".join(printed.split())


def test_evaluate_says_when_the_model_has_met_the_people(trained, gestures):
    output, _ = trained
    arguments = ("evaluate", "--model", output, "--data", gestures, "--activities", NAMES)
    met = activity_classifier.load_model(output).fields["train_people"]
    result = run(*arguments, "--people", met[0])
    assert f"Note: the model was trained on {met[0]};" in result.stderr
    test = json.loads((output / "report" / "scorecard.json").read_text())["parts"]["test"]
    assert run(*arguments, "--people", test["people"][0]).stderr == ""


def test_predict_writes_what_classify_returns(trained, gestures, tmp_path):
    output, _ = trained
    frame = simulate_gestures(n_people=5, sessions_per_activity=1)
    path = tmp_path / "all.parquet"
    save_frame(frame, path)
    model = activity_classifier.load_model(output)
    succeed("predict", "--model", output, "--data", path, "--output", tmp_path / "rows.csv")
    rows = pd.read_csv(tmp_path / "rows.csv")
    expected = model.classify(frame)
    assert rows.columns.tolist() == ["row", "userId", "sessionId", "class", "probability"]
    assert rows["row"].tolist() == list(range(len(frame)))
    assert rows["class"].tolist() == expected["class"].tolist()
    np.testing.assert_allclose(rows["probability"], expected["probability"], atol=1e-6)

    succeed(
        "predict", "--model", output, "--data", path, "--output", tmp_path / "w.csv", "--per-window"
    )
    windows = pd.read_csv(tmp_path / "w.csv")
    assert windows["class"].tolist() == model.classify(frame, "per_window")["class"].tolist()


def test_every_row_gets_an_answer_though_some_cannot_be_used(tmp_path):
    model = random_model(5, FEATURES, ["run", "walk"])
    model.session_id, model.target = "sessionId", "activity"
    model.save(tmp_path / "m")
    frame = small_frame(2).assign(activity=None)  # prediction needs no labels
    frame.loc[[0, 7], "rotX"] = np.nan
    frame.loc[frame["sessionId"] == "p2-walk", "rotX"] = np.inf
    save_frame(frame, tmp_path / "new.parquet")
    printed = succeed(
        "predict",
        "--model",
        tmp_path / "m",
        "--data",
        tmp_path / "new.parquet",
        "--output",
        tmp_path / "out.csv",
    )
    rows = pd.read_csv(tmp_path / "out.csv")
    assert rows["row"].tolist() == list(range(len(frame)))
    used = frame[np.isfinite(frame["rotX"])]
    answers = model.classify(used)
    assert (rows["class"][used.index] == answers["class"]).all()
    assert rows["class"][[0, 7]].tolist() == answers["class"][[1, 6]].tolist()
    assert (rows["class"][frame["sessionId"] == "p2-walk"] == "unknown").all()
    assert "Dropped 62 rows of 2 sessions" in printed
    assert "Rows left out have the answer of the row before them" in printed


def test_a_model_with_column_names_of_its_own_reads_both_its_names_and_ours(tmp_path, small):
    random_model(5, FEATURES, ["run", "walk"]).save(tmp_path / "m")  # session, label
    theirs = small_frame().rename(columns={"sessionId": "session", "activity": "label"})
    save_frame(theirs, tmp_path / "theirs.parquet")
    printed = [
        succeed("evaluate", "--model", tmp_path / "m", "--data", path).splitlines()[3:]
        for path in (small, tmp_path / "theirs.parquet")
    ]
    assert printed[0] == printed[1]


# --- data ----------------------------------------------------------------------------------------


def test_import_reports_drops_aloud_and_saves_what_is_left(tmp_path):
    folder = tmp_path / "csv"
    frame = simulate_gestures(n_people=2, sessions_per_activity=1)
    write_recordings(folder, frame)
    file = next(folder.glob("sim_01-chop*"))
    lines = file.read_text().splitlines()
    lines[4] = lines[4].rsplit(",", 1)[0] + ",nan"
    file.write_text("\n".join(lines) + "\n")
    output = tmp_path / "all.parquet"
    printed = succeed(
        "data", "import", folder, "--output", output, "--activities", NAMES, "--rate", 25
    )
    assert f"2 people, 6 sessions, {len(frame):,} samples" in printed
    assert "missing values: 1 of 6 sessions" in printed
    assert "Dropped 1 rows of 1 sessions (missing or infinite value): sim_01-chop_it-1" in printed
    saved = load_frame(output)
    assert len(saved) == len(frame) - 1
    assert set(saved["activity"]) == {"rest_it", "drive_it", "shake_it", "chop_it"}


def test_import_converts_units_and_keeps_labels_as_written(tmp_path):
    header = "userId,sessionId,activity,accelX\n"
    (tmp_path / "a-b.csv").write_text(header + "u,s,1,9.80665\nu,s,1,19.6133\n")
    succeed(
        "data", "import", tmp_path, "--output", tmp_path / "a.parquet", "--acceleration", "m/s^2"
    )
    saved = load_frame(tmp_path / "a.parquet")
    assert saved["accelX"].tolist() == pytest.approx([1, 2])
    assert saved["activity"].tolist() == ["1", "1"]


def test_import_resamples_to_a_fixed_rate(tmp_path):
    rows = "".join(f"u,s,run,{0.1 * n},{n}\n" for n in range(11))
    (tmp_path / "a-b.csv").write_text("userId,sessionId,activity,timestamp,rotX\n" + rows)
    succeed("data", "import", tmp_path, "--output", tmp_path / "a.parquet", "--resample", 5)
    assert load_frame(tmp_path / "a.parquet")["rotX"].tolist() == pytest.approx([0, 2, 4, 6, 8, 10])


def test_data_list_and_fetch(monkeypatch, tmp_path):
    from activity_detector_utils import datasets

    here = datasets.DatasetStatus("here", True, tmp_path, 2_500_000, "", "MIT")
    away = datasets.DatasetStatus("away", False, None, None, "fetch it by hand", "CC0")
    monkeypatch.setattr(datasets, "dataset_status", lambda: [here, away])
    monkeypatch.setattr(datasets, "fetch", lambda name: tmp_path / name)
    printed = " ".join(succeed("data", "list").split())
    assert f"here 2.5 MB MIT {tmp_path}" in printed
    assert "away not here CC0 fetch it by hand" in printed
    assert succeed("data", "fetch", "all").splitlines() == [
        f"[1/2] here: {tmp_path / 'here'}",
        f"[2/2] away: {tmp_path / 'away'}",
    ]


def test_convert_takes_sframes_and_models_of_turi_create(monkeypatch, tmp_path):
    from activity_detector_utils import turi

    frame = small_frame(1)
    monkeypatch.setattr(turi, "sframe_to_frame", lambda folder: frame)
    model = random_model(5, FEATURES, ["run", "walk"])
    monkeypatch.setattr(turi, "export_coreml", lambda folder, file: model.export_coreml(file))
    succeed("data", "convert", "an.sframe", "--output", tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(load_frame(tmp_path / "a.parquet"), frame)
    succeed("data", "convert", "their-model", "--output", tmp_path / "m")
    assert activity_classifier.load_model(tmp_path / "m").features == FEATURES


def test_convert_says_why_turi_create_cannot_run(monkeypatch, tmp_path):
    from activity_detector_utils import turi

    def unavailable(folder):
        raise turi.TuriUnavailable("it needs Python 3.8.")

    monkeypatch.setattr(turi, "sframe_to_frame", unavailable)
    line = fail("data", "convert", "an.sframe", "--output", tmp_path / "a.parquet")
    assert line == "Error: converting needs genuine Turi Create: it needs Python 3.8."


# --- model files ---------------------------------------------------------------------------------


@pytest.fixture
def saved_model(tmp_path):
    model = random_model(5, FEATURES, ["run", "walk"])
    model.session_id, model.target = "sessionId", "activity"
    model.save(tmp_path / "m")
    return tmp_path / "m"


def test_export_describe_and_verify_a_file(saved_model, small, tmp_path):
    file = tmp_path / "m.onnx"
    succeed("export", "--model", saved_model, "--output", file)
    described = succeed("describe", file)
    assert "hiddenIn" in described
    assert "run, walk" in described
    verified = succeed("verify", file, "--model", saved_model, "--data", small)
    assert "The file behaves like its model" in verified
    assert "10 sessions of small" in verified


def test_verify_fails_for_the_file_of_another_model(saved_model, small, tmp_path):
    random_model(5, FEATURES, ["run", "walk"], seed=1).export_onnx(tmp_path / "other.onnx")
    result = run("verify", tmp_path / "other.onnx", "--model", saved_model, "--data", small)
    assert result.exit_code == 1
    assert "THE FILE DIFFERS" in result.stdout


def test_export_chooses_by_suffix_and_passes_options_on(saved_model, tmp_path, monkeypatch):
    calls = []
    for name in ("export_coreml", "export_onnx", "export_litert"):
        monkeypatch.setattr(
            activity_classifier.ActivityClassifier,
            name,
            lambda self, path, name=name, **options: calls.append((name, path.name, options)),
        )
    for arguments in (
        ["a.mlmodel"],
        ["b.mlpackage", "--layout", "turi5"],
        ["c.onnx"],
        ["d.tflite"],
        ["e.tflite", "--int8"],
    ):
        succeed("export", "--model", saved_model, "--output", *arguments)
    assert calls == [
        ("export_coreml", "a.mlmodel", {"layout": "turi6"}),
        ("export_coreml", "b.mlpackage", {"layout": "turi5"}),
        ("export_onnx", "c.onnx", {}),
        ("export_litert", "d.tflite", {"quantize": False}),
        ("export_litert", "e.tflite", {"quantize": True}),
    ]


# --- doctor --------------------------------------------------------------------------------------


def test_doctor_says_yes_and_loads_no_tensorflow():
    code = (
        "import sys; from activity_detector_utils.app.command_line import app\n"
        "try: app(['doctor'])\n"
        "except SystemExit as end: print('exit', end.code, 'tensorflow' in sys.modules)"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert printed.splitlines()[-1] == "exit 0 False"
    assert "The main job can run: activity-detector train --data shoulder-exercises" in printed
    for heading in ("Python", "Packages", "What works", "Data sets", "Machine"):
        assert heading in printed.splitlines()


def test_doctor_names_packages_that_are_missing_old_or_not_as_pinned(tmp_path, monkeypatch):
    from activity_detector_utils.app import installed

    (tmp_path / "requirements.txt").write_text(
        "# pins\nnumpy==2.0.0\nonnx==1.0\nkeras==3.0 ; python_version < '3'\npandas==3.0.1\n"
    )
    have = {"numpy": "2.0.0", "pandas": "3.0.2"}
    monkeypatch.setattr(installed, "version_of", have.get)
    assert installed.compare(installed.pins(tmp_path / "requirements.txt")) == (
        ["numpy"],
        ["pandas 3.0.2 (==3.0.1)"],
        ["onnx"],
    )
    result = run("doctor")
    assert result.exit_code == 1
    assert "The main job cannot run: packages are missing or too old: " in result.stdout
    assert "tensorflow" in result.stdout


def test_doctor_says_how_to_get_a_missing_data_set_and_where_it_looked(monkeypatch, tmp_path):
    from activity_detector_utils import datasets

    missing = datasets.DatasetStatus("shoulder-exercises", False, None, None, "ask nicely", "BSD")
    monkeypatch.setattr(datasets, "dataset_status", lambda: [missing])
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    result = run("doctor")
    assert result.exit_code == 1
    assert "not here; to get it: ask nicely" in result.stdout
    assert f"Looked in: {tmp_path}, {settings.cache_folder()}" in result.stdout


# --- mistakes ------------------------------------------------------------------------------------


def test_mistakes_in_the_data_end_in_one_line(small, tmp_path):
    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(small.read_bytes()[:-9])
    (tmp_path / "csv").mkdir()
    (tmp_path / "csv" / "u-a.csv").write_text("userId,sessionId,activity,rotX\nu,s,run\n")
    save_frame(small_frame().drop(columns="sessionId"), tmp_path / "no.parquet")
    train = ("train", "--output", tmp_path / "m", "--data")
    for arguments, words in {
        ("nowhere",): "no such folder or file",
        (damaged,): "damaged or not a Parquet file",
        (tmp_path / "csv",): "u-a.csv, line 2: 3 fields instead of 4",
        (tmp_path / "no.parquet",): "no column sessionId",
        (small, "--features", "rotX,heart"): "no numeric column heart",
        (small, "--test-people", "p9"): "unknown people: p9; this data has p1, p2, p3, p4, p5",
        (small, "--test-people", "p1,p2,p3,p4,p5"): "nobody is left",
        (small, "--activities", "0:rest"): "write label=name pairs",
        (small, "--activities", "0=rest"): "names the labels of CSV files",
        (small, "--output", tmp_path / "small.parquet"): "is no saved model",
    }.items():
        assert words in fail(*train, *arguments)
    assert not (tmp_path / "m").exists()
    assert "no saved model at" in fail("evaluate", "--model", "nowhere", "--data", small)
    assert "no exported model" in fail("describe", small)
    assert "unknown data set 'iris'" in fail("data", "fetch", "iris")


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["train"],
        ["train", "--data", "x", "--window", "0"],
        ["train", "--data", "x", "--iterations", "few"],
        ["train", "--data", "x", "--features", ","],
        ["export", "--model", "m", "--output", "m.txt"],
        ["export", "--model", "m", "--output", "m.onnx", "--int8"],
        ["export", "--model", "m", "--output", "m.mlmodel", "--layout", "turi7"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("Error: ")


def test_a_bug_keeps_its_traceback(small, tmp_path, monkeypatch):
    monkeypatch.setattr(training_run, "create", lambda *arguments, **options: None + 1)
    result = run("train", "--data", small, "--output", tmp_path / "m")
    assert isinstance(result.exception, TypeError)


def test_warnings_for_the_user_are_one_line(tmp_path):
    header = "userId,sessionId,activity,rotX,note\n"
    (tmp_path / "a-b.csv").write_text(header + "u,s,run,1,good\nu,s,run,2,bad\n")
    result = run("data", "import", tmp_path, "--output", tmp_path / "a.parquet")
    assert result.stderr == "Note: a-b.csv: left out columns of text: note\n"


def test_help_is_there_at_once():
    code = (
        "import sys; from activity_detector_utils.app.command_line import app\n"
        "try: app(['--help'])\n"
        "except SystemExit as end: print(sorted({'numpy', 'pandas', 'rich'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout
    assert printed.splitlines()[-1] == "[]"
    for command in (
        "train",
        "evaluate",
        "predict",
        "export",
        "verify",
        "describe",
        "data",
        "doctor",
    ):
        assert f"\n  {command} " in printed
    assert "...\n" not in printed.partition("Commands:")[2]  # no text is cut off
