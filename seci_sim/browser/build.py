"""Build the module and the catalogue for browsers: ``python -m seci_sim.browser.build [--check]``.

Needs `ziglang`, whose linker makes a WebAssembly module of object code; the extra ``wasm`` has it. With
Python 3.11 and the releases that ``.ci/constraints.txt`` names, the module is the same to the byte on every
machine: ``--check`` builds it and the catalogue again, and says whether those in the package are stale.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from seci_sim.browser.catalogue import catalogue
from seci_sim.browser.files import CATALOGUE, MODULE
from seci_sim.browser.rules import RULES

COMMAND = "python -m seci_sim.browser.build"

STACK = 1 << 20
"""Bytes."""

UNTUNED = {"NUMBA_OPT": "0", "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
"""What Numba is told: to tune to no processor, and to leave the text as it was written."""


def module() -> bytes:
    """Compile and link all rules."""
    with tempfile.TemporaryDirectory() as folder:
        compiled, linked = Path(folder, "rules.o"), Path(folder, "seci.wasm")
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "seci_sim.browser.compiling", compiled],
            env=os.environ | UNTUNED | {"XDG_CACHE_HOME": folder},
            check=True,
        )
        linker = [sys.executable, "-m", "ziglang", "wasm-ld", "--no-entry", "--allow-undefined"]
        leave_out = ["--gc-sections", "--strip-all", "--stack-first", "-z", f"stack-size={STACK}"]
        exported = [f"--export={name}" for name in ("__heap_base", *RULES)]
        subprocess.run([*linker, *leave_out, *exported, compiled, "-o", linked], check=True)
        return linked.read_bytes()


def catalogue_text() -> str:
    """The catalogue as its file has it."""
    return json.dumps(catalogue(), ensure_ascii=False, indent=0) + "\n"


def main(words: list[str]) -> str | None:
    """Build both, and write them, or compare them with those in the package; gives what is wrong."""
    if words not in ([], ["--check"]):
        return f"{' '.join(words)}: only --check may be said"
    if importlib.util.find_spec("ziglang") is None:
        return "ziglang is missing; pip install 'seci-sim[wasm]'"
    made = {MODULE: module(), CATALOGUE: catalogue_text().encode()}
    for path, data in made.items():
        if not words:
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_bytes(data)
            beside.replace(path)
        elif not path.exists() or path.read_bytes() != data:
            return f"{path.name} is stale; run: {COMMAND}"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
