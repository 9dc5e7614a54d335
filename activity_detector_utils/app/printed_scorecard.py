"""A scorecard on the terminal."""

from .console import heading, say, table
from .reporting.page import whom

MOST_PEOPLE = 20


def print_scorecard(card):
    """Print the scorecard of a training run.

    Parameters
    ----------
    card : dict
        As :func:`activity_detector_utils.app.reporting.make_scorecard` makes it.
    """
    part, baseline = card["parts"]["test"], card["baseline"]
    heading(f"Scorecard: {whom(card)}")
    say(f"{part['sessions']} sessions, {part['samples']:,} samples, looked at once, after training")
    say()
    rows = [
        _line("this model", card["test"]),
        _line(f"always {baseline['label']}, the most frequent activity", baseline),
    ]
    if wrong := card["wrong_split"]:
        rows.append(_line("WRONG: same settings, random split by session", wrong))
    table(["", "accuracy", "macro F1", "log loss"], rows)
    if wrong:
        say()
        say(_leak(wrong))
    if card["by_person"]:
        print_people(card["by_person"])


def print_people(by_person):
    """Print the score of each person, worst first."""
    heading("By person, worst first")
    rows = [
        [str(row["userId"]), row["samples"], row["accuracy"], row["f1_score"]]
        for row in by_person[:MOST_PEOPLE]
    ]
    table(["person", "samples", "accuracy", "macro F1"], rows)
    if len(by_person) > MOST_PEOPLE:
        say(f"and {len(by_person) - MOST_PEOPLE} more")


def _line(name, scores):
    return [name, scores["accuracy"], scores["f1_score"], scores.get("log_loss")]


def _leak(wrong):
    shared = wrong["people_on_both_sides"]
    who = "people on both sides of it: " + (str(shared) if shared else "none, by chance")
    if wrong["excess_accuracy"] > 0:
        worth = f"flatters by {100 * wrong['excess_accuracy']:.1f} points of accuracy"
    else:
        worth = "does not come out higher this time, which is no reason to trust it"
    return f"The random split {worth}; {who}."
