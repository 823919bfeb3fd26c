"""The player: plain JavaScript and CSS that show a film anywhere, without a network.

The head of ``player.js`` says how a page uses it. A page that must stand alone gets both as text.
"""

from __future__ import annotations

from pathlib import Path

PARTS = ("film", "field", "curves", "wheel", "words", "stories", "controls", "player")
"""The scripts in the order in which a page needs them."""

FOLDER = Path(__file__).parent


def script() -> str:
    """All scripts of the player as one, for a page of its own.

    Examples
    --------
    >>> "SeciPlayer" in script()
    True
    """
    return "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in PARTS)


def style() -> str:
    """The player's style sheet.

    Examples
    --------
    >>> ".seci-player" in style()
    True
    """
    return (FOLDER / "player.css").read_text(encoding="utf-8")
