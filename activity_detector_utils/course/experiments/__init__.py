"""Models of chapters 9 to 11, trained several times, with every score recorded.

``comparisons`` says which models meet on which data. They come from ``published`` (Keras, with what
was published about them), ``bags_of_words``, ``window_statistics`` and ``beyond_lstm``; whatever
they are made of, ``fitting`` says what a trained one looks like. ``running`` trains them in
parallel processes, ``records`` keeps the table. The command line is ``activity-course compare``.
"""
