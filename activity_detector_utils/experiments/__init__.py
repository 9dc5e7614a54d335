"""Keras models of chapters 9 and 10, trained several times, with every score recorded.

``published`` builds the models and says what was published about them, ``comparisons`` says which
models meet on which data, ``repeats`` trains them in parallel processes, ``records`` keeps the
table. The command line is ``activity-detector compare``.
"""
