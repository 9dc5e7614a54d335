"""Exercises of chapter 11: beyond the LSTM."""

from .grading import Check, number, read_pair, text

samples_seen_by_a_tcn = number(
    "How many samples does the last of four layers see, three samples each, gaps 1, 2, 4, 8?",
    31,
    31,
    hints=[
        (lambda a: a == 17, "each layer adds two gaps: one on each side"),
        (lambda a: a == 45, "the samples of a layer overlap those of the layer below"),
        (lambda a: a == 30, "nearly: the sample itself counts, too"),
        (lambda a: a == 33, "the first layer sees three samples: add two for its gap of 1"),
        (lambda a: a == 81, "gaps double, what is seen does not triple: add up"),
    ],
    otherwise="start with one sample; a layer with a gap g adds g on the left and g on the right",
    correct="0.6 s at 50 Hz; one more layer with a gap of 16 would see more than the window",
)


full_and_separable_weights = Check(
    "How many weights have a full and a separable convolution, 48 to 48 channels, five samples?",
    read_pair,
    [
        (lambda a: a == (2_544, 11_520), "the other way round: the full one first"),
        (lambda a: a[0] == 11_568 or a[1] == 2_592, "the biases are not wanted: use_bias=False"),
        (lambda a: a[0] == 2_304, "that is one sample; each of the five has weights of its own"),
        (lambda a: a[0] != 11_520, "full: each of 48 outputs reads 5 samples of 48 channels"),
        (lambda a: a[1] == 240, "the channels are not mixed yet: 48 outputs read 48 channels"),
        (lambda a: a[1] == 2_304, "the small filters are missing: five weights for each channel"),
        (lambda a: a[1] != 2_544, "separable: one filter a channel, then a mix of the channels"),
    ],
    "a fifth of the weights, and of the multiplications",
    "two numbers: (full, separable)",
)

what_a_later_beginning_changes = text(
    "Which changes most when a window begins 20 samples later?",
    "first sample",
    hints=[
        (lambda a: a == "mean", "np.roll keeps all samples; does their mean change?"),
        (
            lambda a: a == "autocorrelation",
            "it changes a little, at the seam; compare it with the others",
        ),
    ],
    otherwise="answer with one of the three names, spelled as in the prompt",
    correct="a single sample is at another place of the movement; that is why flat networks fail",
)
