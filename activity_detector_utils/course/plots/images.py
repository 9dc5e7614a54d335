"""Figures of small pictures (chapter 8)."""

import matplotlib.pyplot as plt
import numpy as np

from ...app.figures.style import in_course_style


@in_course_style
def image_grid(images, titles, n_columns=8, ax=None, title=None):
    """Draw pictures side by side, each with a few words above it.

    Parameters
    ----------
    images : array-like of shape (n, height, width, 3)
        Values from 0 to 255.
    titles : sequence of str
        One for each picture.
    n_columns : int
    ax : sequence of n Axes, optional
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (n,)
    """
    images = np.asarray(images)
    if ax is None:
        n_rows = -(-len(images) // n_columns)
        size = 1.15 * n_columns, 1.4 * n_rows
        ax = plt.subplots(n_rows, n_columns, figsize=size, squeeze=False)[1].ravel()
        for spare in ax[len(images) :]:
            spare.remove()
        ax = ax[: len(images)]
    axes = np.asarray(ax, dtype=object)
    for panel, image, text in zip(axes, images, titles, strict=True):
        panel.imshow(image.astype(np.uint8))
        panel.set_axis_off()
        panel.set_title(text, fontsize=10, loc="center")
    if title:
        axes[0].figure.suptitle(title)
    return axes
