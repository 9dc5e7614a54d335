import base64
import io
import json

import numpy as np
from PIL import Image

from tools.notebook_figures import shrink_figures, shrink_png


def figure_png():
    """A line with smooth edges on a transparent ground, 200 x 100."""
    height = np.abs(np.arange(100)[:, None] - 50 - 30 * np.sin(np.arange(200) / 15))
    alpha = (255 * np.clip(3 - height, 0, 1)).astype(np.uint8)
    pixels = np.zeros((100, 200, 4), np.uint8)
    pixels[..., 2], pixels[..., 3] = 178, alpha
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode(), pixels


def decode(encoded):
    return Image.open(io.BytesIO(base64.b64decode(encoded)))


def test_a_figure_becomes_smaller_and_looks_the_same():
    encoded, pixels = figure_png()
    image = decode(shrink_png(encoded))
    assert image.mode == "P"
    assert image.size == (200, 100)
    share = pixels[..., 3:] / 255
    on_white = share * pixels[..., :3] + (1 - share) * 255
    assert np.abs(np.asarray(image.convert("RGB")) - on_white).max() <= 16
    assert len(shrink_png(encoded)) < len(encoded)


def test_a_figure_with_a_palette_is_left_alone():
    once = shrink_png(figure_png()[0])
    assert shrink_png(once) == once


def test_only_figures_of_a_notebook_change(tmp_path):
    encoded, _ = figure_png()
    outputs = [{"data": {"image/png": [encoded], "text/plain": "<Figure>"}}, {"text": "é"}]
    notebook = {"cells": [{"source": "x", "outputs": outputs}, {"source": "y"}], "nbformat": 4}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert shrink_figures(path)
    written = json.loads(path.read_text(encoding="utf-8"))
    assert decode(written["cells"][0]["outputs"][0]["data"].pop("image/png")).mode == "P"
    del notebook["cells"][0]["outputs"][0]["data"]["image/png"]
    assert written == notebook
    before = path.read_bytes()
    assert b"\xc3\xa9" in before


def test_the_second_time_writes_nothing(tmp_path):
    path = tmp_path / "a.ipynb"
    cells = [{"outputs": [{"data": {"image/png": figure_png()[0]}}]}]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert [shrink_figures(path), shrink_figures(path)] == [True, False]
