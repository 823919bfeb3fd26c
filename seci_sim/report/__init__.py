"""What a reader takes away from a set of runs: one page that stands alone.

`seci_sim.report.html` writes the page, `seci_sim.report.answer` its boxed answer, and
`seci_sim.report.sections` what stands below it. `workbook`, `slides`, `document` (JSON) and `terminal` print the same.
"""

from seci_sim.report.exports import exported
from seci_sim.report.html import html, tell

__all__ = ["exported", "html", "tell"]
