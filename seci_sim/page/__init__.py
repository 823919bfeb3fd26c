"""The page for strategists and classes, and what it plays; its `lessons`; and a lesson as one file, the `handout`.

`film` records a run and packs it; ``player/`` shows it in a browser, anywhere.
"""
