"""Chapter 4; shares were measured as in its solutions."""

ANSWERS = {
    "chop_by_hand": (
        (0.8, 0.64),
        [(0.64, 0.8), (80, 64), (0.75, 0.64), (0.8, 0.94), (0.8, 0.8), 0.8],
    ),
    "merged_accuracy": (0.97, [97, 0.3, 0.81]),
    "decided_after_ten_seconds": (0.82, [23, 82, 0.1, 0.5]),
}
