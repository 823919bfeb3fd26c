"""The charts as pictures, drawn by an installed Chromium."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seci_sim.figures.style import Chart, titled

WIDTH = 760
"""Pixels of a picture; a PNG has this many times `SCALE`."""

SCALE = 2

PATIENCE = 60
"""Seconds that a picture may take; one takes about a tenth of a second."""


class NoPicture(Exception):
    """The browser did not draw what it was asked to."""


def images(charts: Sequence[Chart], kinds: Sequence[str]) -> dict[str, bytes]:
    """Draw every chart with its sentence, all in one start of the browser.

    Parameters
    ----------
    charts : sequence of Chart
        What to draw.
    kinds : sequence of str
        ``png``, ``svg`` or both.

    Returns
    -------
    dict
        Contents of files by their names, such as ``spread.png``.

    Raises
    ------
    NoPicture
        The browser is missing, did not start or did not answer.
    """
    import kaleido  # an extra

    with tempfile.TemporaryDirectory(prefix="seci-sim-") as folder:
        asked = [_asked(chart, kind, Path(folder)) for chart in charts for kind in kinds]
        try:
            # Without MathJax nothing is fetched, and a name between dollar signs stays a name.
            kaleido.write_fig_from_object_sync(
                asked, cancel_on_error=True, kopts={"mathjax": False, "timeout": PATIENCE}
            )
        except Exception as problem:
            raise NoPicture(f"{type(problem).__name__}: {problem}") from problem
        return {Path(one["path"]).name: Path(one["path"]).read_bytes() for one in asked}


def _asked(chart: Chart, kind: str, folder: Path) -> dict[str, Any]:
    """One picture in the words of the library."""
    figure = json.loads(titled(chart, WIDTH).to_json())
    size = {"width": WIDTH, "height": figure["layout"]["height"], "format": kind}
    options = size | ({"scale": SCALE} if kind == "png" else {})
    return {"fig": figure, "path": str(folder / f"{chart.key}.{kind}"), "opts": options}
