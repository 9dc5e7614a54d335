import matplotlib as mpl
import pandas as pd

mpl.use("Agg")


from activity_detector_utils import plots

RESULTS = pd.DataFrame({"model": ["b", "a", "b"], "score": [90.0, 80.0, 92.0]})


def test_every_seed_its_mean_and_what_was_published():
    ax = plots.recorded_results(RESULTS, {"a": (81.0, None)})
    seeds_b, mean_b, seeds_a, mean_a, published = (
        line.get_xydata().tolist() for line in ax.lines[:5]
    )
    assert seeds_b == [[90, 0], [92, 0]]
    assert mean_b == [[91, 0]]
    assert (seeds_a, mean_a) == ([[80, 1]], [[80, 1]])
    assert published == [[81, 1.25]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "a"]
    assert ax.get_xlabel() == "test accuracy (%)"


def test_nothing_published_draws_no_mark():
    labels = plots.recorded_results(RESULTS, {}).get_legend_handles_labels()[1]
    assert labels == ["ours, each seed", "ours, mean"]


def test_accuracy_stands_above_each_cost():
    table = pd.DataFrame(
        {"mean": [91.0, 80.0], "deviation": [1.0, 2.0], "size": [10, 1000]}, index=["b", "a"]
    )
    (ax,) = plots.accuracy_against_cost(table, {"size": "parameters"})
    assert [c.lines[0].get_xydata().tolist() for c in ax.containers] == [[[10, 91]], [[1000, 80]]]
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "parameters")
    assert ax.get_legend_handles_labels()[1] == ["b", "a"]
