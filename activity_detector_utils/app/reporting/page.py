"""The report as one HTML page that needs nothing else: it can be mailed, printed, projected."""

import base64
import datetime
from html import escape

from .style import STYLE

WORST_SESSIONS = 8


def html_page(card, figures):
    """Write the report of a training run.

    Parameters
    ----------
    card : dict
        As :func:`activity_detector_utils.app.reporting.make_scorecard` makes it.
    figures : dict of str to (bytes, str)
        As :func:`activity_detector_utils.app.reporting.drawing.draw_figures` draws them.

    Returns
    -------
    str
        HTML with style and figures inside.
    """
    title = f"Activity classifier: {escape(card['data'])}"
    parts = [
        f"<h1>{title}</h1>",
        _verdict(card),
        _bars(card),
        _people(card),
        _figure(figures, "confusion_matrix.png"),
        _activities(card),
        _sessions(card),
        _figure(figures, "session_timeline.png"),
        "<h2>How it was trained</h2>",
        _parts(card),
        _figure(figures, "training_history.png"),
        _figure(figures, "roc_curves.png"),
        _figure(figures, "sample_counts.png"),
        _settings(card),
    ]
    body = "\n".join(part for part in parts if part)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n"
        "</html>\n"
    )


def whom(card):
    """Say whom the model was tested on, in a few words."""
    part = card["parts"]["test"]
    if card["held_out"] == "session":
        return f"{part['sessions']} sessions of people it was trained on"
    n = len(part["people"])
    who = f"{n} people" if n > 1 else "one person"
    return f"{who} it never met ({', '.join(map(str, part['people'][:12]))})"


def _verdict(card):
    test, baseline = card["test"], card["baseline"]
    text = (
        f"Tested once, on {escape(whom(card))}, the model names the right activity for "
        f"<strong>{test['accuracy']:.1%}</strong> of {card['parts']['test']['samples']:,} samples. "
        f"Always answering <em>{escape(str(baseline['label']))}</em>, the most frequent activity "
        f"of its training recordings, would be right for {baseline['accuracy']:.1%}."
    )
    if card["held_out"] == "session":
        text += (
            " There were fewer than three people, so nobody could be held out: expect new people "
            "to fare worse than this."
        )
    return f"<p class='lead'>{text}</p>"


def _bars(card):
    """Accuracy as bars: what to beat, what is true, and what a wrong split would have claimed."""
    held_out = "people it never met" if card["held_out"] == "person" else "held-out sessions"
    rows = [
        ("baseline", "most frequent activity", card["baseline"]),
        ("true", f"this model, {held_out}", card["test"]),
    ]
    wrong = card["wrong_split"]
    if wrong:
        rows.append(("wrong", "wrong: random split by session", wrong))
    cells = "".join(
        f"<tr><th scope='row'>{name}</th><td class='bar'><span class='{kind}' "
        f"style='width:{100 * scores['accuracy']:.1f}%'></span></td>"
        f"<td>{scores['accuracy']:.3f}</td><td>{scores['f1_score']:.3f}</td>"
        f"<td>{_number(scores.get('log_loss'))}</td></tr>"
        for kind, name, scores in rows
    )
    head = (
        "<tr><th></th><th></th><th scope='col'>accuracy</th>"
        "<th scope='col'>macro F1</th><th scope='col'>log loss</th></tr>"
    )
    return f"<table class='bars'>{head}{cells}</table>" + _leak(wrong)


def _leak(wrong):
    if not wrong:
        return ""
    excess = wrong["excess_accuracy"]
    text = (
        "The last line is a mistake made on purpose: a second model with the same settings, its "
        f"{wrong['sessions']} test sessions drawn at random from everybody's. "
    )
    if n := wrong["people_on_both_sides"]:
        shared = f"{n} people are" if n > 1 else "One person is"
        text += f"{shared} then on both sides of the split. "
    if excess > 0.005:
        text += (
            f"It overstates the accuracy by {100 * excess:.1f} points, because it asks how well "
            "the model knows people it has met."
        )
    else:
        text += (
            "Here it does not come out higher. The two were tested on different sessions, and the "
            "people held out may be easy ones; it still is no answer to how new people fare."
        )
    return f"<p>{text}</p>"


def _people(card):
    if not card["by_person"]:
        return ""
    rows = [
        [row["userId"], f"{row['samples']:,}", _number(row["accuracy"]), _number(row["f1_score"])]
        for row in card["by_person"]
    ]
    return "<h2>Person by person, worst first</h2>" + _table(
        ["person", "samples", "accuracy", "macro F1"], rows
    )


def _activities(card):
    rows = [
        [
            row["class"],
            f"{row['actual_count']:,}",
            _number(row["recall"]),
            _number(row["precision"]),
        ]
        for row in card["by_activity"]
    ]
    return "<h2>Activity by activity, worst first</h2>" + _table(
        ["activity", "samples", "found (recall)", "right when named (precision)"], rows
    )


def _sessions(card):
    worst = card["by_session"][:WORST_SESSIONS]
    name = next(iter(worst[0]))
    rows = [
        [
            row[name],
            f"{row['samples']:,}",
            _number(row["accuracy"]),
            row["target_label"],
            row["predicted_label"],
        ]
        for row in worst
    ]
    n_sessions = len(card["by_session"])
    heading = f"<h2>The {len(rows)} worst of {n_sessions} test sessions</h2>"
    return heading + _table(
        ["session", "samples", "accuracy", "mostly", "mostly predicted"], rows, text=(0, 3, 4)
    )


def _parts(card):
    rows = []
    for name, part in card["parts"].items():
        people = part["people"]
        who = "not known" if people is None else ", ".join(map(str, people)) or "nobody"
        rows.append([name, who, f"{part['sessions']:,}", f"{part['samples']:,}"])
    return _table(["part", "people", "sessions", "samples"], rows, text=(0, 1))


def _settings(card):
    rows = [[name, _text(value)] for name, value in card["settings"].items()]
    rows.append(["versions", ", ".join(f"{k} {v}" for k, v in card["versions"].items())])
    rows.append(["report written", f"{datetime.date.today():%Y-%m-%d}"])
    return "<h2>Settings</h2>" + _table(["setting", "value"], rows, text=(0, 1))


def _text(value):
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "not set" if value is None else str(value)


def _number(value):
    return "" if value is None else f"{value:.3f}"


def _table(columns, rows, text=(0,)):
    """A table; the columns in `text` are set to the left."""

    def line(tag, cells):
        kinds = [" class='text'" if place in text else "" for place in range(len(cells))]
        return "".join(
            f"<{tag}{kind}>{escape(str(cell))}</{tag}>"
            for kind, cell in zip(kinds, cells, strict=True)
        )

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return f"<table><tr>{line('th', columns)}</tr>{body}</table>"


def _figure(figures, name):
    image, caption = figures[name]
    pixels = int.from_bytes(image[16:20], "big")  # a PNG says its width there
    source = f"data:image/png;base64,{base64.b64encode(image).decode()}"
    return (
        f"<figure><img src='{source}' width='{pixels * 2 // 3}' alt='{escape(caption)}'>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )
