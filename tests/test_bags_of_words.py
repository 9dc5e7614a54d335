import numpy as np
import pytest
from scipy.sparse import csr_matrix

from activity_detector_utils.course.experiments import bags_of_words


def test_padding_is_no_word_and_pairs_are_neighbours():
    review = np.array([0, 0, 7, 3, 7, 3])
    assert bags_of_words.words(review) == [(7,), (3,), (7,), (3,)]
    pairs = [(7, 3), (3, 7), (7, 3)]
    assert bags_of_words.words_and_pairs(review) == [*bags_of_words.words(review), *pairs]


def test_log_ratios_compare_shares_with_one_added():
    X = csr_matrix([[2.0, 0, 1], [3.0, 0, 0], [0, 1.0, 1]])
    ratios = bags_of_words.LogRatios().fit(X, np.array([1, 1, 0])).ratios_
    # counts + 1: positive 3, 1, 2 of 6, negative 1, 2, 2 of 5
    expected = np.log([3 / 6 / (1 / 5), 1 / 6 / (2 / 5), 2 / 6 / (2 / 5)])
    np.testing.assert_allclose(ratios, expected)
    fitted = bags_of_words.LogRatios().fit(X, np.array([1, 1, 0]))
    np.testing.assert_allclose(fitted.transform(X).toarray(), X.toarray() * expected)


def test_pairs_read_what_single_words_cannot():
    """Words 5 and 6 are in every review; only "5 6" is positive, "6 5" is not."""
    X = np.array([[0, 5, 6], [0, 6, 5]] * 10)
    y = np.array([1, 0] * 10)
    assert bags_of_words.word_model().fit(X, y).score(X, y) == pytest.approx(0.5)
    assert bags_of_words.word_pair_model().fit(X, y).score(X, y) == 1
