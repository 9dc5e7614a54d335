"""Make the figures that a notebook stores small: ``python -m ...notebook_figures NOTEBOOK ...``.

A figure of lines on white needs few colours. Stored as a palette of 64 it takes a third of the
space and looks the same, so that a chapter stays below the size that the tests allow.
"""

import base64
import io
import json
import sys
from pathlib import Path

N_COLORS = 64


def shrink_figures(path):
    """Store every PNG in a notebook's outputs with a palette; do it again and nothing changes.

    Parameters
    ----------
    path : str or Path
        A notebook.

    Returns
    -------
    bool
        Whether the file was written.
    """
    path = Path(path)
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                data["image/png"] = shrink_png(data["image/png"])
    # nbformat writes notebooks in this way, too.
    shrunk = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    if shrunk != text:
        path.write_text(shrunk, encoding="utf-8")
    return shrunk != text


def shrink_png(encoded):
    """Give a base64 PNG a palette, unless it has one.

    Parameters
    ----------
    encoded : str or list of str
        As a notebook holds it.

    Returns
    -------
    str
    """
    from PIL import Image

    encoded = "".join(encoded)
    image = Image.open(io.BytesIO(base64.b64decode(encoded)))
    if image.mode == "P":
        return encoded
    on_white = Image.new("RGBA", image.size, "white")
    on_white.alpha_composite(image.convert("RGBA"))
    flat = on_white.convert("RGB").quantize(
        N_COLORS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    )
    file = io.BytesIO()
    flat.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        shrink_figures(name)
