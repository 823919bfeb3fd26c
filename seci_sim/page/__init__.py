"""The page for strategists and classes, and what it plays.

`film` records a run and packs it; ``player/`` shows it in a browser, anywhere.
"""
