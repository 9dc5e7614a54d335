"""The stream against the model's own batch prediction, and against itself portioned otherwise."""

import itertools
import json
import subprocess
import sys
import tracemalloc
import warnings
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import random_model

from activity_detector_utils.streaming import StreamingClassifier

RNG = np.random.default_rng(5)
SAMPLES = RNG.normal(size=(137, 3)).astype(np.float32)  # 27 windows of 5 and 2 samples
SMOOTH = {"smoothing": 0.6, "minimum_confidence": 0.5, "hold": 2}


def same(first, second):
    """Whether two lists of predictions are equal to the last bit."""
    return len(first) == len(second) and all(
        a.probabilities.tobytes() == b.probabilities.tobytes() and a[0] == b[0] and a[2:] == b[2:]
        for a, b in zip(first, second, strict=True)
    )


def test_equals_predict_with_carried_state_on_every_full_window():
    model = random_model()
    frame = pd.DataFrame(SAMPLES, columns=model.features).assign(session="s")
    expected = model.predict(frame, "probability_vector", "per_window", carry_state=True)
    predictions = StreamingClassifier(model).feed(SAMPLES)
    assert [p.window for p in predictions] == list(range(27))
    probabilities = np.array([p.probabilities for p in predictions])
    np.testing.assert_allclose(
        probabilities, np.stack(expected["probability_vector"])[:27], atol=1e-6
    )
    classes = model.predict(frame, "class", "per_window", carry_state=True)["class"]
    assert [p.activity for p in predictions] == classes[:27].tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 137), max_size=12), st.booleans(), st.booleans())
def test_the_portions_in_which_samples_come_do_not_matter(cuts, timed, smooth):
    model = random_model()
    times = np.arange(137) * 0.02
    times[77:] += 3  # a gap in the middle of a window
    times = times if timed else None
    options = SMOOTH if smooth else {}
    expected = StreamingClassifier(model, **options).feed(SAMPLES, times)
    stream, portioned = StreamingClassifier(model, **options), []
    edges = [0, *sorted(cuts), 137]
    for start, end in itertools.pairwise(edges):
        portion = SAMPLES[start:end]
        portioned += stream.feed(portion, None if times is None else times[start:end])
    assert same(portioned, expected)
    stream, singly = StreamingClassifier(model, **options), []
    for number, sample in enumerate(SAMPLES.tolist()):
        singly += stream.feed(sample, None if times is None else times[number])
    assert same(singly, expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 137))
def test_a_stream_goes_on_from_a_restored_state_as_if_never_interrupted(cut):
    model = random_model()
    expected = StreamingClassifier(model, **SMOOTH).feed(SAMPLES)
    first = StreamingClassifier(model, **SMOOTH)
    predictions = first.feed(SAMPLES[:cut])
    kept = json.loads(json.dumps(first.state()))
    first.feed(SAMPLES)  # must not reach into the copy
    second = StreamingClassifier(model, **SMOOTH)
    second.restore(kept)
    assert same(predictions + second.feed(SAMPLES[cut:]), expected)


def test_reset_makes_the_stream_new():
    stream = StreamingClassifier(random_model(), **SMOOTH)
    stream.feed(SAMPLES[:33], np.arange(33) * 0.9)
    stream.reset()
    assert same(stream.feed(SAMPLES), StreamingClassifier(random_model(), **SMOOTH).feed(SAMPLES))


def test_a_gap_drops_the_unfinished_window_and_the_state_and_is_counted():
    model = random_model()
    times = np.arange(20) * 0.1
    times[8:] += 0.41  # 0.51 s from sample 7 to sample 8
    predictions = StreamingClassifier(model).feed(SAMPLES[:20], times)
    assert [(p.window, p.gaps) for p in predictions] == [(0, 0), (0, 1), (1, 1)]
    assert [p.time for p in predictions] == pytest.approx([0.4, 1.61, 2.11])
    fresh = StreamingClassifier(model).feed(SAMPLES[8:18])
    for after_gap, expected in zip(predictions[1:], fresh, strict=True):
        np.testing.assert_array_equal(after_gap.probabilities, expected.probabilities)
    bridged = StreamingClassifier(model, max_gap=0.52).feed(SAMPLES[:20], times)
    assert [(p.window, p.gaps) for p in bridged] == [(0, 0), (1, 0), (2, 0), (3, 0)]


def test_time_is_that_of_the_windows_end_or_unknown():
    model = random_model()
    assert StreamingClassifier(model).feed(SAMPLES[:5])[0].time is None
    model.sampling_rate = 25
    assert [p.time for p in StreamingClassifier(model).feed(SAMPLES[:10])] == [0.2, 0.4]


def test_names_put_features_in_order():
    model = random_model()
    frame = pd.DataFrame(SAMPLES, columns=model.features)
    expected = StreamingClassifier(model).feed(SAMPLES)
    shuffled = frame.assign(other="ignored")[["z", "other", "x", "y"]]
    assert same(StreamingClassifier(model).feed(shuffled), expected)
    stream, singly = StreamingClassifier(model), []
    for sample in shuffled.to_dict("records"):
        singly += stream.feed(sample)
    assert same(singly, expected)


@pytest.mark.parametrize(
    ("samples", "time", "message"),
    [
        ([1.0, 2.0], 1.0, r"shape \(2,\) do not fit; the model reads 3 features \(x, y, z\)"),
        (1.0, 1.0, r"shape \(\) do not fit"),
        (np.zeros((4, 2)), np.ones(4), r"shape \(4, 2\) do not fit"),
        ([[1, 2, 3], [1, float("nan"), 3]], [1.0, 1.0], "'y' of sample 1 is nan"),
        ([1, 2, 1e39], 1.0, r"'z' of sample 0 is 1e\+39, beyond 1e\+12"),
        ([1, 2, 3.4e38], 1.0, r"'z' of sample 0 is 3.4e\+38, beyond 1e\+12"),
        (np.full((1, 3), 9.97e36, np.float32), 1.0, "'x' of sample 0 is 9.97e"),
        ([1, 2, 10**400], 1.0, r"a number beyond 1e\+12"),
        ([1, 2, "3"], 1.0, "the sample holds '3', of type str; numbers are needed"),
        ([1, 2, b"3"], 1.0, "holds b'3', of type bytes"),
        ([1, 2, True], 1.0, "holds True, of type bool"),
        ([1, 2, None], 1.0, "holds None"),
        ([1, 2, 3j], 1.0, "holds 3j"),
        ([1, 2, datetime(2026, 1, 1)], 1.0, "of type datetime"),
        ([[1, 2, 3], [4, 5]], [1.0, 1.0], r"holds \[1, 2, 3\], of type list"),
        (np.ones((1, 3), bool), 1.0, "of type bool"),
        (np.array([["1", "2", "3"]]), 1.0, "of type str"),
        ({"x": 1, "y": "2", "z": 3}, 1.0, "'y' holds '2'"),
        ([1, 2, 3], "1.0", "the time, in seconds, holds '1.0', of type str"),
        ([1, 2, 3], True, "holds True"),
        ([1, 2, 3], np.datetime64("2026-01-01"), "of type date"),
        ([1, 2, "fast"], 1.0, "fast"),
        ({"x": 1, "z": 2}, 1.0, r"lacks \['y'\]; the model reads \['x', 'y', 'z'\]"),
        ([1, 2, 3], None, "time of every sample or of none"),
        ([1, 2, 3], [1.0, 2.0], r"1 samples came with times of shape \(2,\)"),
        ([1, 2, 3], 0.1, "must not run backwards"),
        (np.zeros((2, 3)), [2.0, 1.0], "must not run backwards"),
        ([1, 2, 3], float("nan"), "must be finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
@pytest.mark.parametrize("filled", [13, 14])  # the last sample of a window goes another way
def test_a_bad_sample_is_named_and_leaves_the_stream_as_it_was(samples, time, message, filled):
    stream = StreamingClassifier(random_model(), **SMOOTH)
    stream.feed(SAMPLES[:filled], np.arange(filled) * 0.02)
    before = stream.state()
    with pytest.raises(ValueError, match=message):
        stream.feed(samples, time)
    assert stream.state() == before


def test_times_cannot_begin_in_the_middle():
    stream = StreamingClassifier(random_model())
    stream.feed(SAMPLES[0])
    with pytest.raises(ValueError, match="time of every sample or of none"):
        stream.feed(SAMPLES[1], time=1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("cell"), r"lacks \['cell'\]"),
        (lambda state: state.update(features=["a", "b", "c"]), "another model: its features are"),
        (lambda state: state.update(classes=["a", "b"]), "another model: its classes are"),
        (lambda state: state.update(prediction_window=6), "another model: its prediction_window"),
        (lambda state: state.update(samples=[[1, 2, 3]] * 5), "is damaged"),
        (lambda state: state.update(hidden=[0.0]), "is damaged"),
        (lambda state: state.update(cell=[float("nan")] * 200), "is damaged"),
        (lambda state: state.update(average=[0.5]), "is damaged"),
        (lambda state: state.update(average=[float("nan")] * 3), "is damaged"),
        (lambda state: state.update(average=[1.5, -0.5, 0]), "is damaged: average must be prob"),
        (lambda state: state.update(answer="x"), "is damaged: answer is 'x'; it must be one of"),
        (lambda state: state.update(answer=["a"]), "is damaged: answer"),
        (lambda state: state.update(candidate=1), "is damaged: candidate is 1"),
        (lambda state: state.update(candidate=None, waited=3), "is damaged: waited is 3"),
        (lambda state: state.update(waited=-1), "is damaged: waited must be at least 0"),
        (lambda state: state.update(window=-1), "is damaged: window must be at least 0"),
        (lambda state: state.update(gaps="0"), "is damaged: gaps must be of type int"),
        (lambda state: state.update(last_time="now"), "is damaged: last_time holds 'now'"),
        (lambda state: state.update(last_time=float("nan")), "is damaged: last_time"),
        (lambda state: state.update(samples=[[1, 2]]), "is damaged: samples of shape"),
        (lambda state: state.update(samples=[[1, 2, 3e38]]), "is damaged: 'z' of sample 0"),
        (lambda state: state.update(samples="x"), "is damaged: samples holds 'x'"),
        (lambda state: state.update(hidden=[[0.0] * 200]), "is damaged: hidden must be 200"),
        (lambda state: state.update(hidden=[2.0] * 200), "is damaged: hidden must be from -1"),
        (lambda state: state.update(cell=["0"] * 200), "is damaged: cell holds '0'"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(change, message):
    stream = StreamingClassifier(random_model(), **SMOOTH)
    stream.feed(SAMPLES[:13])
    state, before = stream.state(), stream.state()
    change(state)
    with pytest.raises(ValueError, match=message):
        stream.restore(state)
    assert stream.state() == before


@pytest.mark.parametrize(
    "options",
    [{"smoothing": 1}, {"minimum_confidence": 1.1}, {"hold": 0}, {"hold": 1.5}, {"max_gap": 0}],
)
def test_a_setting_out_of_range_is_named(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        StreamingClassifier(random_model(), **options)


def test_a_stream_answers_on_after_sentinels_were_refused():
    stream, sentinel = StreamingClassifier(random_model()), [3.4e38] * 3
    for _ in range(10):
        with pytest.raises(ValueError, match="beyond"):
            stream.feed(sentinel)
    assert same(stream.feed(SAMPLES), StreamingClassifier(random_model()).feed(SAMPLES))


@pytest.mark.parametrize("singly", [True, False])
def test_another_rate_is_said_once_with_both_numbers(singly):
    model = random_model()
    model.sampling_rate = 50
    times = 1000 + np.arange(137) / 100
    stream = StreamingClassifier(model)
    portions = [(SAMPLES, times), (SAMPLES, times + 1.5)]
    if singly:
        portions = [*zip(SAMPLES.tolist(), times.tolist(), strict=True), portions[1]]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for portion in portions:
            stream.feed(*portion)
    [said_once] = said
    assert "at 100 a second, but the model was trained at 50" in str(said_once.message)


def test_the_models_own_rate_is_no_news():
    model = random_model()
    model.sampling_rate = 50
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stream = StreamingClassifier(model)
        stream.feed(SAMPLES, np.arange(137) / 51.6)
        stream.reset()
        stream.feed(SAMPLES, 5 + np.arange(137) // 10 * 0.2)  # packets of ten samples
        stream.reset()
        stream.feed(SAMPLES)


def test_memory_does_not_grow_with_time():
    stream = StreamingClassifier(random_model(), **SMOOTH)
    stream.feed(SAMPLES)
    tracemalloc.start()
    for _ in range(30):
        stream.feed(SAMPLES)
    early = tracemalloc.get_traced_memory()[0]
    for _ in range(120):
        stream.feed(SAMPLES)
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert late - early < 2000  # bytes; one kept window a feed would be 800 x 27 x 120


def test_streaming_loads_neither_tensorflow_nor_pandas():
    code = "import sys; import activity_detector_utils.streaming; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"tensorflow", "keras", "pandas"} & set(loaded)
