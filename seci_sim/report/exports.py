"""The files that are written beside the page where somebody asks for them."""

from __future__ import annotations

from collections.abc import Sequence

from seci_sim.report.html import Told
from seci_sim.report.images import images
from seci_sim.scenario.preflight import PICTURES

FILES = {
    "xlsx": "summary.xlsx",
    "pptx": "slides.pptx",
    "png": "pictures (.png)",
    "svg": "pictures (.svg)",
}
"""What each export is written to."""


def exported(told: Told, names: Sequence[str], *, command: str) -> dict[str, bytes]:
    """Make the exports that were asked for.

    Parameters
    ----------
    told : Told
        What the page says and shows.
    names : sequence of str
        Of `seci_sim.scenario.preflight.EXPORTS`.
    command : str
        The command line that repeats these runs.

    Returns
    -------
    dict
        Contents of files by their names.

    Raises
    ------
    NoPicture
        The browser did not draw; the other exports can be had without it.
    """
    files: dict[str, bytes] = {}
    if "xlsx" in names:
        from seci_sim.report.workbook import workbook

        files[FILES["xlsx"]] = workbook(told, command=command)
    if "pptx" in names:
        from seci_sim.report.slides import slides

        files[FILES["pptx"]] = slides(told, command=command)
    if kinds := [name for name in names if name in PICTURES]:
        files |= images(told.charts, kinds)
    return files
