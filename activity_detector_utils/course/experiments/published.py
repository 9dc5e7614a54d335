"""The published Keras models for IMDB and UCI HAR, as functions that build them anew.

Seeds come from ``settings.seed_everything``. TensorFlow is loaded when a model is built.
"""

IMDB_WORDS = 5000
IMDB_LENGTH = 500


def imdb_lstm():
    """Embedding 32, LSTM 100, one output; 213,301 parameters."""
    from keras import layers

    return _imdb_model(layers.LSTM(100))


def imdb_lstm_dropout():
    """As :func:`imdb_lstm`, with dropout 0.2 before and after the LSTM."""
    from keras import layers

    return _imdb_model(layers.Dropout(0.2), layers.LSTM(100), layers.Dropout(0.2))


def imdb_lstm_recurrent_dropout():
    """As :func:`imdb_lstm`, with dropout 0.2 on the LSTM's inputs and on its hidden state."""
    from keras import layers

    return _imdb_model(layers.LSTM(100, dropout=0.2, recurrent_dropout=0.2))


def imdb_conv_lstm():
    """Convolution 32 x 3 and pooling before the LSTM, which so takes 250 steps; 216,405."""
    from keras import layers

    convolution = layers.Conv1D(32, 3, padding="same", activation="relu")
    return _imdb_model(convolution, layers.MaxPooling1D(2), layers.LSTM(100))


def uci_har_lstm(shape=(128, 9), n_classes=6):
    """LSTM 100 over 128 steps, dropout 0.5, dense 100, softmax; other windows if asked for."""
    from keras import layers

    return _motion_model(shape, n_classes, layers.LSTM(100), layers.Dropout(0.5))


def uci_har_cnn_lstm():
    """Two convolutions on each of four parts of the window, then an LSTM over the four.

    A kernel of 1 x 3 on an image of 4 x 32 is :func:`uci_har_cnn_lstm_time_distributed` in one
    operation, with the same weights and numbers.
    """
    from keras import layers

    return _motion_model(
        (128, 9),
        6,
        layers.Reshape((4, 32, 9)),
        layers.Conv2D(64, (1, 3), activation="relu"),
        layers.Conv2D(64, (1, 3), activation="relu"),
        layers.Dropout(0.5),
        layers.MaxPooling2D((1, 2)),
        layers.Reshape((4, 14 * 64)),
        layers.LSTM(100),
        layers.Dropout(0.5),
    )


def uci_har_cnn_lstm_time_distributed():
    """The same as it was published: every layer but the LSTM on one part after the other."""
    from keras import layers

    each = layers.TimeDistributed
    return _motion_model(
        (128, 9),
        6,
        layers.Reshape((4, 32, 9)),
        each(layers.Conv1D(64, 3, activation="relu")),
        each(layers.Conv1D(64, 3, activation="relu")),
        each(layers.Dropout(0.5)),
        each(layers.MaxPooling1D(2)),
        each(layers.Flatten()),
        layers.LSTM(100),
        layers.Dropout(0.5),
    )


def uci_har_conv_lstm():
    """An LSTM whose matrix products are convolutions, over four parts of the window."""
    from keras import layers

    return _motion_model(
        (128, 9),
        6,
        layers.Reshape((4, 1, 32, 9)),
        layers.ConvLSTM2D(64, (1, 3), activation="relu"),
        layers.Dropout(0.5),
        layers.Flatten(),
    )


def _imdb_model(*between):
    import keras

    return keras.Sequential(
        [
            keras.Input((IMDB_LENGTH,), dtype="int32"),
            keras.layers.Embedding(IMDB_WORDS, 32),
            *between,
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def _motion_model(shape, n_classes, *before):
    import keras

    return keras.Sequential(
        [
            keras.Input(shape),
            *before,
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(n_classes, activation="softmax"),
        ]
    )
