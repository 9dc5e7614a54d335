"""Reading a folder of recorder CSVs: exact frames, and one clear error for each kind of damage."""

import pandas as pd
import pytest

from activity_detector_utils.recordings import (
    MOTION_FEATURES,
    RECORDER_COLUMNS,
    read_recordings,
    recorder_csv,
)


def line(session="s1", label=0, first=0.0):
    """A recorder line whose twelve values count up from `first`."""
    return f"{session},{label}," + ",".join(str(first + i) for i in range(12)) + "\n"


def write(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def error(folder, **options):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the callers compare the message
        read_recordings(folder, **options)
    return str(caught.value)


def test_the_vocabulary_is_the_recorders():
    assert " ".join(MOTION_FEATURES) == "rotX rotY rotZ accelX accelY accelZ"
    assert " ".join(RECORDER_COLUMNS) == (
        "sessionId activity roll pitch yaw rotX rotY rotZ gravX gravY gravZ accelX accelY accelZ"
    )


def test_headerless_files_become_one_frame_in_file_order(tmp_path):
    write(tmp_path, "u_02-drive-it-data.csv", line("b", 1, 5.0))
    write(tmp_path, "u_01-chop-it-data.csv", line("a", 3, 0.25) + line("a", 0))
    write(tmp_path, "notes.txt", "not a recording")
    write(tmp_path, "._u_01-chop-it-data.csv", b"\0\1")
    frame = read_recordings(tmp_path)
    expected = pd.DataFrame(
        {
            "userId": ["u_01", "u_01", "u_02"],
            "sessionId": ["a", "a", "b"],
            "activity": ["chop_it", "rest_it", "drive_it"],
            **{name: [0.25 + i, 0.0 + i, 5.0 + i] for i, name in enumerate(RECORDER_COLUMNS[2:])},
        }
    ).astype(dict.fromkeys(["userId", "sessionId", "activity"], "str"))
    pd.testing.assert_frame_equal(frame, expected)


def test_a_header_may_name_other_columns_in_any_order(tmp_path):
    text = "timestamp, accelX,activity,note,sessionId,userId\n0.04,9.8,walk,hello,7,anna\n"
    write(tmp_path, "2026-11-21.csv", "\ufeff" + text.replace("\n", "\r\n"))
    with pytest.warns(UserWarning, match="2026-11-21.csv: left out columns of text: note"):
        frame = read_recordings(tmp_path, activities=None)
    assert frame.to_dict("list") == {
        "userId": ["anna"],
        "sessionId": ["7"],
        "activity": ["walk"],
        "timestamp": [0.04],
        "accelX": [9.8],
    }


def test_labels_may_be_numbers_or_the_activities_own_names(tmp_path):
    write(tmp_path, "u-x.csv", line(label=2) + line(label="chop_it") + line(label=" 1"))
    assert read_recordings(tmp_path)["activity"].tolist() == ["shake_it", "chop_it", "drive_it"]
    mine = {1: "run", 2: "walk", "chop_it": "jump"}
    own = read_recordings(tmp_path, activities=mine)["activity"]
    assert own.tolist() == ["walk", "jump", "run"]
    as_written = read_recordings(tmp_path, activities=None)["activity"]
    assert as_written.tolist() == ["2", "chop_it", "1"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_is_understood(tmp_path, end):
    write(tmp_path, "u-x.csv", (line() + line(first=1.0)).replace("\n", end))
    assert read_recordings(tmp_path)["roll"].tolist() == [0.0, 1.0]


def test_quick_and_careful_reading_agree(tmp_path, monkeypatch):
    text = (
        "sessionId,activity,empty,blank,count,big,special,flag\n"
        "a, walk,, , 1 ,1e5,inf,true\nb,run,, ,-2,1700000000000000001,nan,false\n"
    )
    write(tmp_path, "u-x.csv", text)
    with pytest.warns(UserWarning, match="left out columns of text: flag"):
        quick = read_recordings(tmp_path, activities=None)
    write(tmp_path, "u-x.csv", text.replace("walk", '"walk"'))
    monkeypatch.setattr(recorder_csv, "read_plain", lambda data, names: None)
    with pytest.warns(UserWarning, match="left out columns of text: flag"):
        pd.testing.assert_frame_equal(read_recordings(tmp_path, activities=None), quick)


def test_labels_may_be_exchanged_and_renumbered(tmp_path):
    write(tmp_path, "u-x.csv", line(label=0) + line(label=1) + line(label=2))
    renumbered = read_recordings(tmp_path, activities={0: "1", 1: "2", 2.0: "3"})
    assert renumbered["activity"].tolist() == ["1", "2", "3"]
    write(tmp_path, "u-x.csv", line(label="left") + line(label="right"))
    swapped = read_recordings(tmp_path, activities={"left": "right", "right": "left"})
    assert swapped["activity"].tolist() == ["right", "left"]


@pytest.mark.parametrize(
    ("activities", "message"),
    [
        ({0: "a", "0": "b"}, "'0' is there twice"),
        ({0: " "}, "'0' has no name"),
        ({0: None}, "no n"),
    ],
)
def test_a_mapping_that_says_two_things_or_nothing_is_an_error(tmp_path, activities, message):
    write(tmp_path, "u-x.csv", line())
    assert message in error(tmp_path, activities=activities)


@pytest.mark.parametrize("quote", ["", '"'])  # read quickly, and with care
def test_near_equal_labels_are_said_and_blanks_removed(tmp_path, quote):
    labels = ["Walk", "walk ", "walk", "walk", "wa\u200blk", "run"]
    rows = "".join(f"s,{quote}{label}{quote},{i}\n" for i, label in enumerate(labels))
    write(tmp_path, "u-x.csv", "sessionId,activity,x\n" + rows)
    with pytest.warns(UserWarning, match="blanks|near-equal") as caught:
        frame = read_recordings(tmp_path, activities=None)
    assert frame["activity"].tolist() == ["Walk", "walk", "walk", "walk", "wa\u200blk", "run"]
    assert [str(warning.message) for warning in caught] == [
        "removed blanks around activity in 1 rows",
        "near-equal labels in activity: 'walk' (3 rows), 'Walk' (1 rows), 'wa\\u200blk' (1 rows); "
        "if they are one, frame.replace({'activity': {'Walk': 'walk', 'wa\\u200blk': 'walk'}}) "
        "makes them so",
    ]


@pytest.mark.parametrize("quote", ["", '"'])
def test_dates_become_seconds(tmp_path, quote):
    rows = [f"s,0,{quote}2026-11-25T17:09:22.{ms:03}{quote}\n" for ms in (40, 60)]
    write(tmp_path, "u-x.csv", "sessionId,activity,timestamp\n" + "".join(rows))
    times = read_recordings(tmp_path)["timestamp"]
    assert (times - pd.Timestamp("2026-11-25T17:09:22").timestamp()).tolist() == pytest.approx(
        [0.04, 0.06], abs=1e-6
    )


def test_missing_values_stay_missing(tmp_path):
    whole = line()
    write(tmp_path, "u-x.csv", whole.replace(",3.0,", ",,") + whole.replace(",4.0,", ",nan,"))
    missing = read_recordings(tmp_path).isna()
    assert missing.to_numpy().sum() == 2
    assert missing.loc[0, "rotX"]
    assert missing.loc[1, "rotY"]


def test_a_session_belongs_to_one_file_and_one_user(tmp_path):
    write(tmp_path, "u_01-chop-it-data.csv", line("1") + line("only"))
    write(tmp_path, "u_02-chop-it-data.csv", line("1"))
    assert read_recordings(tmp_path)["sessionId"].tolist() == [
        "u_01-chop-it-data-1",
        "only",
        "u_02-chop-it-data-1",
    ]


def test_sessions_of_files_whose_names_are_near_stay_apart(tmp_path):
    header = "userId,sessionId,activity,x\n"
    write(tmp_path, "u-a.csv", header + "u,1,w,1\n")
    write(tmp_path, "u-a.CSV", header + "u,1,w,2\n")
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("these two are one file here")
    write(tmp_path, "z.csv", header + "u,u-a.csv-1,w,3\n")  # what the first would be called
    names = read_recordings(tmp_path, activities=None).sort_values("x")["sessionId"].tolist()
    assert names == ["u-a.csv-1-2", "u-a.CSV-1", "u-a.csv-1"]


def test_users_who_share_a_session_id_in_one_file_are_told_apart(tmp_path):
    write(tmp_path, "all.csv", "userId,sessionId,activity,x\nanna,1,w,1\nben,1,w,2\nben,2,w,3\n")
    frame = read_recordings(tmp_path, activities=None)
    assert frame["sessionId"].tolist() == ["anna-1", "ben-1", "2"]


def test_an_unknown_label_names_file_line_label_and_the_known_ones(tmp_path):
    write(tmp_path, "u-x.csv", line() + line(label=7))
    assert error(tmp_path) == (
        "u-x.csv, line 2: unknown activity '7'; known are 0 = rest_it, 1 = drive_it,"
        " 2 = shake_it, 3 = chop_it"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "u-x.csv is empty"),
        (b"\n\n", "u-x.csv is empty"),
        ("sessionId,activity,rotX\n", "u-x.csv holds a header and no rows"),
        (line() + "s1,0,1.5,2", "u-x.csv, line 2: 4 fields instead of 14"),
        (line() + "s1,0,1.5\n" + line(), "u-x.csv, line 2: 3 fields instead of 14"),
        (line() + "\n" + line(), "u-x.csv, line 2: 0 fields instead of 14"),
        (line() + line().replace("11.0\n", ""), "u-x.csv, line 2: the end of the file is missing"),
        (line() + line().replace("3.0", "3.O"), "u-x.csv, line 2: rotX is '3.O', not a number"),
        (line() + line().replace("11.0", "-"), "u-x.csv, line 2: accelZ is '-', not a number"),
        (line() + line(session=""), "u-x.csv, line 2: sessionId is empty"),
        (line() + '"s1' + line(), "u-x.csv, line 2: unexpected end of data"),
        (line().encode() + b"\xff\xfe\x00", "u-x.csv, line 2: this is not text"),
        (line().encode() + b"\x00\x00", "u-x.csv, line 2: this is not text"),
        (
            "activity,rotX\n0,1\n",
            "u-x.csv, line 1 is a header (it holds no number) without sessionId",
        ),
        ("sessionId,activity,rotX,rotX\ns,0,1,2\n", "names rotX more than once"),
        (",sessionId,activity,rotX\n0,s,0,1\n", "column 1 has no name"),
        ("sessionId,activity,rotX\ns,0,fast\n", "u-x.csv, line 2: rotX is 'fast', not a number"),
        ("sessionId,activity,timestamp\ns,0,\ns,0,noon\n", "line 3: timestamp is 'noon', neither"),
        ("sessionId,activity,timestamp\ns,0,1\ns,0,2026-01-01\n", "'2026-01-01', not a number"),
        ("sessionId,activity,t\ns,0,1\ns,0,0x1\n", "u-x.csv, line 3: t is '0x1', not a number"),
        ("sessionId,activity,t\ns,0,1\ns,0,x\n", "u-x.csv, line 3: t is 'x', not a number"),
    ],
)
def test_damage_is_one_error_that_names_the_file_and_line(tmp_path, text, message):
    write(tmp_path, "u-x.csv", text)
    assert message in error(tmp_path)


@pytest.mark.parametrize("kept", range(1, line().rindex(",") + 2))
def test_a_last_line_cut_before_its_last_number_is_an_error(tmp_path, kept):
    write(tmp_path, "u-x.csv", line() + line()[:kept])
    assert error(tmp_path).startswith("u-x.csv, line 2: ")


def test_a_file_without_the_last_line_end_is_pointed_out_among_others(tmp_path):
    write(tmp_path, "u_1-x.csv", line("a"))
    write(tmp_path, "u_2-x.csv", line("b")[:-1])
    with pytest.warns(UserWarning, match=r"1 of 2 files do not end .*\(u_2-x.csv\)"):
        assert len(read_recordings(tmp_path)) == 2


@pytest.mark.parametrize("name", ["walk.csv", "-walk.csv", "anna-.csv", "2026-11-21-walk.csv"])
def test_a_file_name_without_a_user_is_an_error(tmp_path, name):
    write(tmp_path, name, line())
    assert f"cannot read the user from the file name {name}" in error(tmp_path)


def test_files_of_different_columns_are_an_error(tmp_path):
    write(tmp_path, "u_1-x.csv", line())
    write(tmp_path, "u_2-x.csv", "sessionId,activity,rotX\ns,0,1\n")
    message = "u_1-x.csv and u_2-x.csv must have the same columns; they differ in accelX, accelY"
    assert message in error(tmp_path)


def test_a_folder_without_recordings_is_an_error(tmp_path):
    assert "holds no CSV file" in error(tmp_path)
    assert "is not a folder" in error(tmp_path / "nowhere")
    with pytest.raises(TypeError, match="activities must map labels to names"):
        read_recordings(tmp_path, activities=["rest_it"])
