"""What objects show of themselves in a notebook."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def notebook_table(
    title: str, rows: Iterable[Iterable[object]], headings: Iterable[object] = ()
) -> str:
    """A small table in HTML, as notebooks show it; whatever a file calls things is only text there.

    Examples
    --------
    >>> notebook_table("A < B", [("met", 0.4)])
    '<p>A &lt; B</p><table><tr><td>met</td><td>0.4</td></tr></table>'
    """
    lines = [[f"<td>{escape(str(cell))}</td>" for cell in row] for row in rows]
    heads = [f"<th>{escape(str(heading))}</th>" for heading in headings]
    if heads and lines:
        lines.insert(0, [*["<th></th>"] * (len(lines[0]) - len(heads)), *heads])
    table = "".join(f"<tr>{''.join(line)}</tr>" for line in lines)
    return f"<p>{escape(title)}</p><table>{table}</table>"
