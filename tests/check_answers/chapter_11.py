"""Chapter 11, worked out anew; what changes most is a fact about moving a window."""


def seen():
    places = {0}
    for gap in (8, 4, 2, 1):
        places = {place + step * gap for place in places for step in (-1, 0, 1)}
    return max(places) - min(places) + 1


ANSWERS = {
    "samples_seen_by_a_tcn": (seen, [17, 45, 30, 33, 81, 12]),
    "full_and_separable_weights": (
        lambda: (5 * 48 * 48, 5 * 48 + 48 * 48),
        [
            (2_544, 11_520),
            (11_568, 2_544),
            (11_520, 2_592),
            (2_304, 2_544),
            (7, 2_544),
            (11_520, 240),
            (11_520, 2_304),
            (11_520, 7),
            3.0,
        ],
    ),
    "what_a_later_beginning_changes": ("first sample", ["mean", "autocorrelation", "all"]),
}
