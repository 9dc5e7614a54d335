"""Chapter 1, worked out on the data and not copied from the checks."""

from activity_detector_utils.datasets import load_shoulder_exercises
from activity_detector_utils.datasets.simulate import simulate_gestures
from activity_detector_utils.recordings import convert_units

DAMAGED = ["p03-row-right", "p05-abduction-left", "p08-trapezius-left", "p10-pendulum-right"]


def share_of_rest():
    return (simulate_gestures(faults=True)["activity"] == "rest_it").mean()


def phone():
    shoulder = load_shoulder_exercises()
    frame = shoulder[shoulder["sessionId"] == "p05-row-left"].copy()
    frame[["accelX", "accelY", "accelZ"]] *= 9.80665
    frame[["rotX", "rotY", "rotZ"]] *= 57.29578
    return frame


ANSWERS = {
    "always_rest": (share_of_rest, [0.25, 0.5521, 45, 0]),
    "converted_recording": (
        lambda: convert_units(phone(), acceleration="m/s^2", rotation="deg/s"),
        [
            phone,
            lambda: convert_units(phone(), acceleration="m/s^2"),
            lambda: convert_units(phone(), rotation="deg/s"),
            lambda: convert_units(
                convert_units(phone(), acceleration="m/s^2"), acceleration="m/s^2"
            ),
            lambda: convert_units(
                convert_units(phone(), acceleration="m/s^2", rotation="deg/s"), rotation="deg/s"
            ),
        ],
    ),
    "damaged_sessions": (
        DAMAGED,
        [
            ["p01-row-left"],
            DAMAGED[:2],
            [DAMAGED[0], DAMAGED[1], DAMAGED[3]],
            [*DAMAGED, "p01-row-left"],
            [*DAMAGED[:3], "p01-row-left"],
        ],
    ),
}
