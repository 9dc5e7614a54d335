"""Figures of short series (chapter 7)."""

import matplotlib.pyplot as plt
import numpy as np

from ...app.figures.style import PALETTE, in_course_style


@in_course_style
def waves(X, y, class_names, n_each=3, ax=None, title=None):
    """Draw the first series of each class, a row of panels for each class.

    Parameters
    ----------
    X : ndarray of shape (n, n_samples)
    y : ndarray of shape (n,)
        Class numbers, positions in class_names.
    class_names : sequence of str
    n_each : int
        Series of each class.
    ax : ndarray of Axes, shape (n_classes, n_each), optional
    title : str, optional

    Returns
    -------
    ndarray of Axes, shape (n_classes, n_each)
        A panel stays empty where a class has fewer series.
    """
    if ax is None:
        shape = len(class_names), n_each
        size = 9, 0.9 + 1.3 * shape[0]
        ax = plt.subplots(*shape, figsize=size, sharex=True, sharey=True, squeeze=False)[1]
    for number, (name, row) in enumerate(zip(class_names, ax, strict=True)):
        for panel, series in zip(row, np.asarray(X)[np.asarray(y) == number], strict=False):
            panel.plot(np.arange(1, len(series) + 1), series, color=PALETTE[number])
        row[0].set_ylabel(name)
    for panel in ax[-1]:
        panel.set_xlabel("sample")
    if title:
        ax[0, 0].figure.suptitle(title)
    return ax
