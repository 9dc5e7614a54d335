"""docs/snippets/classifier.js under Node, on the numbers of the Python stream."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from small_models import random_model

from activity_detector_utils.datasets.simulate import simulate_gestures
from activity_detector_utils.recordings import MOTION_FEATURES
from activity_detector_utils.streaming import StreamingClassifier

DOCS = Path(__file__).parents[1] / "docs"
RATE = 25
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed: the JavaScript is not run"
)

HARNESS = """
const { ActivityStream, readMotion } = require(process.argv[2]);
const stream = new ActivityStream(JSON.parse(require("fs").readFileSync("model.json")));
const results = [];
for (const [call, ...values] of JSON.parse(require("fs").readFileSync("calls.json"))) {
  try {
    const result = call === "motion" ? stream.feed(readMotion(...values)) : stream[call](...values);
    if (result) results.push(...[result].flat());
  } catch (error) { results.push(error.message); }
}
process.stdout.write(JSON.stringify(results));
"""


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model with the motion features, written to model.json by the lines in the documentation."""
    model = random_model(20, MOTION_FEATURES, ["chop", "drive", "rest"])
    model.sampling_rate = float(RATE)
    model.save(tmp_path / "models" / "shoulder-exercises")
    monkeypatch.chdir(tmp_path)
    snippet = re.search(
        r"```python\n(import base64.*?)```", (DOCS / "integration.md").read_text(), re.S
    )
    exec(snippet[1], {})
    return model


def run(*calls):
    """What the snippet answers to calls of its methods, one after another."""
    Path("harness.js").write_text(HARNESS)
    Path("calls.json").write_text(json.dumps(calls))
    snippet = str(DOCS / "snippets" / "classifier.js")
    node = subprocess.run(
        ["node", "harness.js", snippet], capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(node.stdout)


@pytest.fixture(scope="module")
def samples():
    """Simulated movement, rad/s and g: 16 s, chopping and rest."""
    frame = simulate_gestures(n_people=1, sessions_per_activity=1)
    return frame[MOTION_FEATURES].to_numpy()[:400]


def motion_event(sample, sign=1):
    """The sample as a browser reports it: degrees/s, m/s², here without gravity."""
    rotation = np.degrees(sample[:3]).tolist()
    acceleration = (sign * 9.80665 * sample[3:]).tolist()
    return {
        "rotationRate": dict(zip(["alpha", "beta", "gamma"], rotation, strict=True)),
        "acceleration": dict(zip("xyz", acceleration, strict=True)),
        "accelerationIncludingGravity": dict.fromkeys("xyz", 99.0),
    }


def assert_same(ours, expected):
    assert [p["activity"] for p in ours] == [p.activity for p in expected]
    assert [p["window"] for p in ours] == [p.window for p in expected]
    probabilities = [p["probabilities"] for p in ours]
    np.testing.assert_allclose(probabilities, [p.probabilities for p in expected], atol=1e-5)


def test_browser_events_give_the_answers_of_the_python_stream(model, samples):
    events = [["motion", motion_event(sample)] for sample in samples]
    expected = StreamingClassifier(model).feed(samples)
    assert len({p.activity for p in expected}) > 1
    assert_same(run(*events), expected)


def test_the_sign_of_acceleration_can_be_turned(model, samples):
    events = [["motion", motion_event(sample, -1), {"sign": -1}] for sample in samples[:60]]
    assert_same(run(*events), StreamingClassifier(model).feed(samples[:60]))


def test_gravity_is_included_on_request(model, samples):
    events = [motion_event(sample) for sample in samples[:20]]
    for event in events:
        event["acceleration"], event["accelerationIncludingGravity"] = (
            {"x": 99.0},
            event["acceleration"],
        )
    answers = run(*(["motion", event, {"withGravity": True}] for event in events))
    assert_same(answers, StreamingClassifier(model).feed(samples[:20]))


def test_reset_drops_buffer_and_state(model, samples):
    rows = samples.tolist()
    calls = [["feed", row] for row in rows[:50]] + [["reset"]] + [["feed", row] for row in rows]
    stream = StreamingClassifier(model)
    expected = stream.feed(samples[:50])
    stream.reset()
    assert_same(run(*calls), expected + stream.feed(samples))


def test_another_rate_is_interpolated_and_a_gap_resets(model, samples):
    times = np.arange(400) / 60  # a browser's rate; the model's is 25
    times[200:] += 0.6
    named = [dict(zip(MOTION_FEATURES, row, strict=True)) for row in samples.tolist()]
    stream, expected = StreamingClassifier(model), []
    for part in (slice(0, 200), slice(200, 400)):
        first, last = times[part][[0, -1]]
        ticks = first + np.arange(int((last - first) * RATE + 1e-9) + 1) / RATE
        columns = [np.interp(ticks, times[part], column) for column in samples[part].T]
        stream.reset()
        expected += stream.feed(np.column_stack(columns))
    assert [p.window for p in expected] == [0, 1, 2, 3, 0, 1, 2, 3]
    assert_same(run(*(["feedAt", *call] for call in zip(times, named, strict=True))), expected)


def test_a_bad_sample_is_refused_and_not_taken(model, samples):
    rows = samples[:20].tolist()
    bad = [
        ["feed", rows[0][:5]],
        ["feed", [*rows[0][:5], None]],
        ["feed", {"rotX": 1}],
        ["motion", {"acceleration": None, "rotationRate": None}],
        ["feedAt", None, rows[0]],
    ]
    *messages, prediction = run(["feed", rows[0]], *bad, *(["feed", row] for row in rows[1:]))
    assert [message.split()[0] for message in messages] == ["a", "a", "a", "this", "time"]
    assert_same([prediction], StreamingClassifier(model).feed(samples[:20]))
