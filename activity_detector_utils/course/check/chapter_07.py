"""Exercises of chapter 7: sine or square."""

from .grading import PERCENT, number

numbers_of_the_wrong_type = number(
    "How many numbers does X_1.dat hold if it is read as '<f4'?",
    256,
    hints=[
        (lambda a: a == 128, "that is what '<f8' gives; how many pieces of 4 bytes are there?"),
        (lambda a: a == 1024, "that is the number of bytes; each number takes 4 of them"),
        (lambda a: a == 64, "half as many would need numbers twice as long, not half as long"),
    ],
    otherwise="read with np.fromfile(file, dtype='<f4') and take len() of it",
    correct="twice as many numbers, all nonsense, and no error: a bare file cannot defend itself",
)

shortcut_of_turned_waves = number(
    "How many of the 1,000 turned test series does one line on the first sample sort right?",
    1000,
    hints=[
        (lambda a: 0 < a <= 1, "give the number of series, not the share"),
        (
            lambda a: 600 < a < 900,
            "that is the old line; now a square can begin at -1, so what do +1 and -1 share?",
        ),
        (lambda a: a < 600, "is a square class 1? And what do +1 and -1 have in common?"),
    ],
    otherwise="what do +1 and -1 have in common that no sine has at its first sample?",
    correct="the size without the sign is enough, but a sum cannot take it: a network must bend",
)

waves_without_beginning = number(
    "How good is the network on 200 files without the first 64 samples?",
    0.80,
    0.93,
    hints=[
        PERCENT,
        (lambda a: 0.93 < a < 0.985, "that looks like whole series; cut training and test files"),
        (lambda a: a >= 0.985, "is that the training accuracy, or are there more than 200 files?"),
        (lambda a: a < 0.6, "that is guessing: do X and y still belong together?"),
    ],
    otherwise="200 files, whole test set, three seeds, 2,000 updates, mean of test_accuracy",
    correct="lower than with the beginning: the shortcut is gone, and half of the samples, too",
)
