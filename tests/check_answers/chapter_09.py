"""Chapter 9, worked out anew; which words tell more was measured as in its solutions."""


def review_as_keras_writes_it():
    index = {"the": 1, "film": 2, "was": 3, "not": 4, "bad": 5}
    numbers = [1] + [index[word] + 3 for word in ["the", "film", "was", "not", "bad"]]
    return [number if number < 8 else 2 for number in numbers]


ANSWERS = {
    "review_as_numbers": (
        review_as_keras_writes_it,
        [
            [1, 4, 5, 6, 7, 8],
            [1, 4, 5, 6, 7, 0],
            [1, 4, 5, 6, 7],
            [1, 1, 2, 3, 4, 5],
            [1, 2, 3, 4, 5],
            [4, 5, 6, 7, 2],
            [4, 5, 6, 7, 8],
            [2, 2, 2, 2, 2],
            [],
            "the film was not bad",
        ],
    ),
    "parameters_of_a_smaller_lstm": (
        5000 * 32 + 4 * 50 * (32 + 50 + 1) + 51,
        [213_301, 106_651, 16_651, 176_600, 164_201, 176_451, 176_650, 166_651, 1],
    ),
    "first_or_last_words": ("last", ["first", "both", "middle"]),
}
