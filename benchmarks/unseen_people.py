"""How well the classifier does on people it never met: shoulder exercises, window 50.

Run: .venv/bin/python benchmarks/unseen_people.py [--seeds 5] [--iterations 150] [--folds]
     [--no-augmentation]

Trains on people 1-6 and tests on people 9-10, once a seed. Everything was chosen on people 1-8
before; nobody is watched while it trains. With --folds, each pair of the ten people is the test
pair once instead.
"""

import argparse
import time

import numpy as np

from activity_detector_utils.activity_classifier import create
from activity_detector_utils.datasets import SHOULDER_PEOPLE, load_shoulder_exercises
from activity_detector_utils.evaluation import evaluate, evaluate_by
from activity_detector_utils.recordings import MOTION_FEATURES


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--iterations", type=int, default=150)
    parser.add_argument("--no-augmentation", action="store_true")
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args()
    frame = load_shoulder_exercises()
    everyone = sorted(frame["userId"].unique())
    tests = [SHOULDER_PEOPLE["test"]]
    trained = SHOULDER_PEOPLE["train"]
    if options.folds:
        tests = [everyone[i : i + 2] for i in range(0, len(everyone), 2)]
    scores = []
    for seed in range(options.seeds):
        for test in tests:
            if options.folds:
                trained = [person for person in everyone if person not in test]
            scores.append(score(frame, trained, test, seed, options))
    table = np.array(scores)
    mean, deviation = table.mean(axis=0), table.std(axis=0, ddof=1)
    names = ("accuracy", "macro F1", "log loss", "seconds")
    print(
        "; ".join(f"{n} {m:.3f} +- {d:.3f}" for n, m, d in zip(names, mean, deviation, strict=True))
    )


def score(frame, trained, test, seed, options):
    """Train once and score the test people; print and return the figures."""
    rows = frame[frame["userId"].isin(test)]
    started = time.perf_counter()
    model = create(
        frame[frame["userId"].isin(trained)], "sessionId", "activity", MOTION_FEATURES,
        prediction_window=50, validation_set=None, max_iterations=options.iterations,
        verbose=False, random_seed=seed, use_data_augmentation=not options.no_augmentation,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    labels, probabilities = model.labelled_probabilities(rows)
    result = evaluate(labels, probabilities, model.classes)
    people = evaluate_by(rows["userId"], labels, probabilities, model.classes)
    figures = (result["accuracy"], result["f1_score"], result["log_loss"], seconds)
    print(
        f"seed {seed}, test {test}: " + ", ".join(f"{figure:.3f}" for figure in figures), end="; "
    )
    print(people.set_index(people.columns[0])["accuracy"].round(3).to_dict(), flush=True)
    return figures


if __name__ == "__main__":
    main()
