"""A scenario as an Excel workbook, for people who would rather fill in a sheet than edit a file.

`sheet_layout` says what stands where, `workbook_written` writes one, `cell_values` reads one, and
`workbook_read` makes a scenario file of it: what is wrong is said by the reader of scenario files, and led back to its cell.
"""

from seci_sim.scenario.sheet.workbook_read import scenario_of_sheet
from seci_sim.scenario.sheet.workbook_written import write_sheet

__all__ = ["scenario_of_sheet", "write_sheet"]
