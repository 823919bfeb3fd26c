"""The page anybody can open: `document` writes it, `saving` and `serving` put it where it is wanted.

`lessons` are what it teaches, `handout` what it says of their runs; ``player/`` records and plays runs in a browser,
``screens/`` is what a visitor goes through.
"""
