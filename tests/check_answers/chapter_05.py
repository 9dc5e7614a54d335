"""Chapter 5; the numbers were measured on the model of the course, as the chapter measures them."""

ANSWERS = {
    "way_of_the_memory": ("cell", ["hidden", "both"]),
    "half_lives": (
        (1.33, 20.2),
        [
            (20.2, 1.33),  # the wrong way round
            (-1.33, 20.2),
            (0.62, 0.97),  # gates
            (1.36, 1.78),  # the mean over units
            (1.36, 41.2),  # no mean at all
            (4.5, 20.2),
            1.33,
        ],
    ),
    "trained_on_changes": (0.57, [0.0, 0.04, 57, 1.5, -0.1]),
}
