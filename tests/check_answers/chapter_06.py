"""Chapter 6; the share was measured on the test people, as the chapter measures it."""

ANSWERS = {
    "numbers_to_keep": (400, [200, 300, 2, 407, 401]),
    "three_broken_apps": (
        {"A": "signs of Android", "B": "acceleration in m/s²", "C": "State forgotten"},
        [
            {"A": "state forgotten", "B": "acceleration in m/s²", "C": "signs of Android"},
            {"A": "state forgotten", "B": "signs of Android", "C": "acceleration in m/s²"},
            {"A": "signs of Android", "B": "acceleration in m/s²"},
            ["signs of Android"],
        ],
    ),
    "eight_bits": (0.002, [0.998, 2, 0.015, 0.2, -0.1]),
}
