"""Execute the notebooks of this folder, and save what their cells show.

Run it after a change that moves results::

    python docs/make_notebook.py                 # all
    python docs/make_notebook.py own_firm

A notebook is JSON; its cells are run here in order, in this process, so that no notebook server is needed.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def executed(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs of all its code cells, run from the first to the last."""
    names: dict[str, Any] = {"__name__": "__main__"}
    cells, count = [], 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            cells.append(cell)
            continue
        count += 1
        outputs = _outputs("".join(cell["source"]), names, count)
        cells.append(cell | {"execution_count": count, "outputs": outputs})
    return notebook | {"cells": cells}


def _outputs(source: str, names: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """What a cell prints, and what its last line is."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    shown = None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - our own notebook
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        text = printed.getvalue().splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
    if shown is not None:
        outputs.append(
            {"output_type": "execute_result", "execution_count": count, "metadata": {},
             "data": _data(shown)}
        )  # fmt: skip
    return outputs


def _data(shown: Any) -> dict[str, Any]:
    """A value as text; a table as HTML too, and a figure as a picture."""
    if hasattr(shown, "to_image"):
        picture = shown.to_image("png", width=720, height=int(shown.layout.height), scale=1)
        return {"image/png": base64.b64encode(picture).decode(), "text/plain": ["Figure"]}
    data = {"text/plain": repr(shown).splitlines(keepends=True)}
    if hasattr(shown, "to_html"):
        data["text/html"] = shown.to_html().splitlines(keepends=True)
    return data


def main(names: list[str]) -> None:
    """Execute some notebooks, or all."""
    for path in [FOLDER / f"{name}.ipynb" for name in names] or sorted(FOLDER.glob("*.ipynb")):
        found = executed(json.loads(path.read_text("utf-8")))
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
