"""Where the files for browsers stand, and all of the engine as one JavaScript text."""

from __future__ import annotations

import re
from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
MODULE, CATALOGUE = ASSETS / "seci.wasm", ASSETS / "catalogue.json"

IMPORT = re.compile(r'^import .*? from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|class|const) (\w+)", re.MULTILINE)


def bundle() -> str:
    """The engine and its worker as one text without imports and exports.

    It can stand in a page's own ``<script>``, where ``seci.openEngine`` begins, or be a worker's whole
    program.

    Examples
    --------
    >>> text = bundle()
    >>> text.startswith("const seci = "), "import " in text, "return { openEngine, serve };" in text
    (True, False, True)
    """
    texts: dict[str, str] = {}
    _take_in("worker", texts)
    given = [name for name in ("engine", "worker") for name in EXPORT.findall(texts[name])]
    inside = "\n".join(EXPORT.sub(_declared, text) for text in texts.values())
    return f"const seci = (() => {{\n{inside}\nreturn {{ {', '.join(given)} }};\n}})();\n"


def _declared(found: re.Match[str]) -> str:
    """A declaration that nobody imports."""
    return found.group().removeprefix("export ")


def _take_in(module: str, texts: dict[str, str]) -> None:
    """Put what a module imports, and then its own text, behind those that are there."""
    if module not in texts:
        text = (ASSETS / f"{module}.js").read_text("utf-8")
        for imported in IMPORT.findall(text):
            _take_in(imported, texts)
        texts[module] = IMPORT.sub("", text)
