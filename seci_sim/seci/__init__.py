r"""The spiral: four modes of knowledge conversion, each a file (Nonaka and Takeuchi 1995).

============ ========================= =========================
from \\ to    tacit                     explicit
============ ========================= =========================
tacit        `socialization`           `externalization`
explicit     `internalization`         `combination`
============ ========================= =========================

A mode is plain arithmetic on arrays, given who met whom (``ba``). It writes only the form of
knowledge that its cell of the matrix names.
"""
