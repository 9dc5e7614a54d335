"""IMDB: the same numbers as Keras gives, from files whose checksum is known only."""

import numpy as np
import pytest

from activity_detector_utils import datasets


def test_reviews_are_those_of_keras(monkeypatch, tiny_reviews):
    from keras.src.datasets import imdb as keras_imdb

    monkeypatch.setattr(keras_imdb, "get_file", lambda **_: str(tiny_reviews))
    (x_train, y_train), (x_test, y_test) = datasets.load_imdb(num_words=45)
    (kx_train, ky_train), (kx_test, ky_test) = keras_imdb.load_data(num_words=45)
    assert x_train.shape == (40,)
    assert x_train.tolist() == kx_train.tolist()
    assert x_test.tolist() == kx_test.tolist()
    np.testing.assert_array_equal(y_train, ky_train)
    np.testing.assert_array_equal(y_test, ky_test)


def test_words_are_shifted_by_three_behind_a_start_mark(tiny_reviews):
    for review in datasets.load_imdb(num_words=45).x_train:
        assert review[0] == 1
        assert all(number == 2 or 4 <= number < 45 for number in review[1:])
    with pytest.raises(ValueError, match="num_words is 0; it must be a whole number above 0"):
        datasets.load_imdb(num_words=0)


def test_reviews_and_index_with_another_checksum_are_refused(tiny_reviews, data, put):
    tiny_reviews.write_bytes(tiny_reviews.read_bytes()[:-1])
    with pytest.raises(
        ValueError, match=r"imdb\.npz is not the file .*delete it and run `activity"
    ):
        datasets.load_imdb()
    put(b'{"the": 1}', data, "imdb", "imdb_word_index.json")
    with pytest.raises(
        ValueError, match=r"imdb_word_index\.json is not the file that it should be"
    ):
        datasets.imdb_word_index()


@pytest.mark.parametrize("real", ["imdb"], indirect=True)
def test_the_real_reviews_read_as_english(real):
    reviews = datasets.load_imdb()
    assert reviews.stand_in is False
    assert [len(x) for (x, _) in reviews] == [25_000, 25_000]
    assert [np.bincount(y).tolist() for (_, y) in reviews] == [[12_500, 12_500]] * 2
    assert max(map(max, reviews.x_test)) == 4999
    words = {index + 3: word for word, index in datasets.imdb_word_index().items()}
    first = " ".join(words.get(number, "?") for number in reviews.x_train[0][1:9])
    assert first == "this film was just brilliant casting location scenery"
