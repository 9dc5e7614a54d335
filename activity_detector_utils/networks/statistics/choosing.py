"""Choose look-back, penalty, sharpness and filter on those who were held out of the fit."""

import numpy as np

from ..lstm import softmax
from .filtering import CALM, BeliefFilter

SCALES = ((1,), (1, 3))  # windows in each stretch that is described
PENALTIES = (0.3, 0.1, 0.02, 0.005, 0.001)
SHARPNESS = np.geomspace(1, 40, 40)
WORTH = 0.002  # of accuracy: what a longer look-back or a smaller penalty must gain
WORTH_OF_CALM = 0.003  # of accuracy: a calm answer comes late
FLOOR = 1e-12  # of a probability, before its logarithm


def scales_that_fit(windows_per_session):
    """Those of `SCALES` that are not longer than every session; the window itself always is one."""
    longest = max(windows_per_session)
    return [scales for scales in SCALES if max(scales) <= longest] or [SCALES[0]]


def choose(described, filter_parts, report, say):
    """Fill in a report: each setting in turn, the others as they stand.

    Parameters
    ----------
    described : DescribedWindows
    filter_parts : tuple of ndarray
        Transitions and prior, as :func:`~.filtering.learn_transitions` gives them.
    report : Report
        Its settings are where the choice starts, and are replaced.
    say : callable
        Takes a line of text after every option.
    """
    options = scales_that_fit(described.lengths)
    scores = {s: described.scores_held_out(s, report.penalty) for s in options}
    report.scales = _try("look-back", scores, described, report, say)
    scores = {p: described.scores_held_out(report.scales, p) for p in PENALTIES}
    report.penalty = _try("penalty", scores, described, report, say)
    report.sharpness = best_sharpness(scores[report.penalty], described.shares)
    logs = log_softmax(report.sharpness * scores[report.penalty])
    beliefs = {
        calm: BeliefFilter(*filter_parts, calm).run(logs, described.lengths) for calm in CALM
    }
    report.calm = _try(
        "calm", beliefs, described, report, say, WORTH_OF_CALM, are_probabilities=True
    )
    logs = np.log(np.maximum(beliefs[report.calm], FLOOR))
    report.accuracy, report.log_loss = score_rows(logs, described.shares)


def _try(name, options, described, report, say, worth=WORTH, are_probabilities=False):
    """Score options, note them; return the first whose accuracy is within ``worth`` of the best."""
    accuracies = {}
    for value, scores in options.items():
        if are_probabilities:
            logs = np.log(np.maximum(scores, FLOOR))
        else:
            logs = log_softmax(best_sharpness(scores, described.shares) * scores)
        accuracy, loss = score_rows(logs, described.shares)
        accuracies[value] = accuracy
        row = {"name": name, "value": value, "accuracy": accuracy, "log_loss": loss}
        report.choices.append(row)
        say(f"{name} {value}: accuracy {accuracy:.4f}, log loss {loss:.4f}")
    best = max(accuracies.values())
    return next(value for value, accuracy in accuracies.items() if accuracy >= best - worth)


def best_sharpness(scores, shares):
    """The factor before the softmax that gives the lowest log loss."""
    losses = [score_rows(log_softmax(factor * scores), shares)[1] for factor in SHARPNESS]
    return float(SHARPNESS[int(np.argmin(losses))])


def score_rows(log_probabilities, shares):
    """Accuracy and log loss per row.

    Parameters
    ----------
    log_probabilities : ndarray of shape (n_windows, n_classes)
    shares : ndarray of shape (n_windows, n_classes)
        How much of a whole window has each label.
    """
    best = log_probabilities.argmax(axis=1)
    total = shares.sum()
    hits = shares[np.arange(len(best)), best].sum() / total
    return float(hits), float(-(shares * log_probabilities).sum() / total)


def log_softmax(scores):
    """Logarithm of the softmax over the last axis, kept above that of `FLOOR`."""
    return np.log(np.maximum(softmax(scores), FLOOR))
