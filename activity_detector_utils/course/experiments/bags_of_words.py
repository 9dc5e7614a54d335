"""Reviews without any order, or with that of two neighbours only: linear baselines for IMDB.

A review is a row of word numbers, padded with zeros. Its bag says which words are in it, not where
and not how often. The second model adds pairs of neighbouring words and multiplies every column by
its log ratio, after Wang and Manning, "Baselines and Bigrams" (2012).
"""

import itertools

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

MIN_REVIEWS = 3  # a word or pair that fewer training reviews have is left out


def words(review):
    """The words of a padded review, each a tuple of one number."""
    return [(int(word),) for word in review if word]


def words_and_pairs(review):
    """The words of a padded review, and its pairs of neighbouring words."""
    singles = words(review)
    return singles + [first + second for first, second in itertools.pairwise(singles)]


class LogRatios(TransformerMixin, BaseEstimator):
    """Multiply each column by how much more often positive rows have it than negative ones.

    Attributes
    ----------
    ratios_ : ndarray of shape (n_columns,)
        Logarithm of the ratio of the column's shares in the two classes; 1 is added to each count.
    """

    def fit(self, X, y):
        """Count non-zero entries of each class; y is 1 for positive rows and 0 for others."""
        present = (X > 0).astype(np.float64)
        positive, negative = (1 + np.asarray(present[y == c].sum(axis=0)).ravel() for c in (1, 0))
        self.ratios_ = np.log(positive / positive.sum()) - np.log(negative / negative.sum())
        return self

    def transform(self, X):
        """Return the sparse matrix X, its columns multiplied."""
        return X.multiply(self.ratios_).tocsr()


def word_model(seed=0):
    """Bags of words, then logistic regression; the seed has no effect."""
    return _linear(words, [], strength=3)


def word_pair_model(seed=0):
    """Bags of words and pairs, log ratios, then logistic regression; the seed has no effect."""
    return _linear(words_and_pairs, [LogRatios()], strength=30)


def _linear(analyzer, steps, strength):
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    bags = CountVectorizer(analyzer=analyzer, binary=True, min_df=MIN_REVIEWS)
    model = LogisticRegression(C=strength, max_iter=300)
    return make_pipeline(bags, TfidfTransformer(), *steps, model)
