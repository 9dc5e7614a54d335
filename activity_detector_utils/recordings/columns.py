"""The columns of recordings and the gestures of the course's recorder, by name."""

MOTION_FEATURES = ["rotX", "rotY", "rotZ", "accelX", "accelY", "accelZ"]
GESTURES = {0: "rest_it", 1: "drive_it", 2: "shake_it", 3: "chop_it"}
RECORDER_COLUMNS = [
    "sessionId",
    "activity",
    *["roll", "pitch", "yaw"],
    *["rotX", "rotY", "rotZ"],
    *["gravX", "gravY", "gravZ"],
    *["accelX", "accelY", "accelZ"],
]
TEXT_COLUMNS = ["userId", "sessionId", "activity"]
TIME_COLUMN = "timestamp"
