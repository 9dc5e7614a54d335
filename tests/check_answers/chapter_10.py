"""Chapter 10, worked out anew."""

import numpy as np
from scipy import integrate, stats


def luck(n_epochs=25, n_windows=2947, chance=0.9):
    """Points that the best of n_epochs is above chance, by the normal distribution."""
    best = integrate.quad(
        lambda z: z * n_epochs * stats.norm.pdf(z) * stats.norm.cdf(z) ** (n_epochs - 1), -10, 10
    )[0]
    return 100 * best * np.sqrt(chance * (1 - chance) / n_windows)


ANSWERS = {
    "windows_with_a_twin": (
        lambda: 2 * 0.75 * 0.25 + 0.75**2,
        [93.75, 0.75, 0.5625, 0.0625, 0.375, 0.5],
    ),
    "best_epoch_by_luck": (
        luck,
        [lambda: luck() / 100, lambda: 90 + luck(), 0.911, 0.553, 0.0, 1.9, 2.18, 5.0],
    ),
    "published_difference": (
        ["lstm", "conv-lstm"],
        [["lstm"], ["lstm", "cnn-lstm"], ["cnn-lstm", "conv-lstm"], ["gru", "lstm"], "lstm"],
    ),
}
