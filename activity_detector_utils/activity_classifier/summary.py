"""What a classifier says of itself: data and training, as lines of text or as a dict."""

from ..base.errors import ToolkitError

TITLES = ["Schema", "Training summary"]


def summarise(model, output=None):
    """Describe a model.

    Parameters
    ----------
    model : ActivityClassifier
    output : {None, 'stdout', 'str', 'dict'}
        None and 'stdout' print.

    Returns
    -------
    None, str or dict

    Raises
    ------
    ToolkitError
        If ``output`` is anything else.
    """
    if output not in (None, "stdout", "str", "dict"):
        raise ToolkitError(
            f"Unsupported argument {output!r} for the 'output' parameter; "
            "expected None, 'stdout', 'str' or 'dict'"
        )
    sections = _sections(model)
    if output == "dict":
        return {"sections": sections, "section_titles": list(TITLES)}
    text = _format(sections)
    if output == "str":
        return text
    print(text)
    return None


def _sections(model):
    fields = model.fields
    schema = [
        ("Number of examples", fields.get("num_examples", "unknown")),
        ("Number of sessions", fields.get("num_sessions", "unknown")),
        ("Number of classes", model.num_classes),
        ("Number of feature columns", model.num_features),
        ("Prediction window", model.prediction_window),
    ]
    training = [
        ("Log-likelihood", fields.get("training_log_loss", "unknown")),
        ("Training time (sec)", fields.get("training_time", "unknown")),
    ]
    return [schema, training]


def _format(sections):
    lines = ["Class                                   : ActivityClassifier", ""]
    for title, section in zip(TITLES, sections, strict=True):
        lines += [title, "-" * len(title)]
        for label, value in section:
            lines.append(f"{label:<40}: {round(value, 4) if isinstance(value, float) else value}")
        lines.append("")
    return "\n".join(lines)
