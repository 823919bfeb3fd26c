"""From the rules' Python to the object code of a 32-bit WebAssembly machine, by way of Numba's LLVM text.

Run by `seci_sim.browser.build` in a process of its own, ``python -m seci_sim.browser.compiling OBJECT``,
whose environment tells Numba to leave the text as it was written: tuned to no processor.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from seci_sim.browser.rules import RULES, Called

MACHINE = "wasm32-unknown-unknown"
FEATURES = "+simd128,+bulk-memory,+nontrapping-fptoint,+sign-ext"
"""What all browsers since 2023 know."""

RESHAPE = """
define i32 @numba_attempt_nocopy_reshape(
    i64 %axes, ptr %shape, ptr %strides, i64 %new_axes, ptr %new_shape, ptr %new_strides,
    i64 %itemsize, i32 %by_columns
) {
    store i64 %itemsize, ptr %new_strides
    %possible = icmp eq i64 %new_axes, 1
    %answer = zext i1 %possible to i32
    ret i32 %answer
}
"""
"""Numba's own, which is written in C: rules only ask to read an array that lies in one piece as a vector."""


def object_code() -> bytes:
    """All rules, and what they call, as one object file for a linker."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine: Any = llvm.Target.from_triple(MACHINE).create_target_machine(
        opt=3, features=FEATURES, reloc="static", codemodel="small"
    )
    whole = _for_machine(RESHAPE, machine)
    for name, called in RULES.items():
        whole.link_in(_module(name, called, machine))
    for function in whole.functions:
        if not function.is_declaration and function.name not in RULES:
            function.linkage = "internal"
    whole.verify()
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = tuning.slp_vectorization = True
    passes: Any = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(whole, passes)
    made: bytes = machine.emit_object(whole)
    return made


def _module(name: str, called: Called, machine: Any) -> Any:
    """One rule under its plain name, with what it calls; the rest of the module cannot name these parts."""
    called.rule.compile(called.takes)
    compiled = called.rule.overloads[called.takes]
    module = _for_machine(compiled.library.get_llvm_str(), machine)
    for function in module.functions:
        if function.name == compiled.fndesc.llvm_func_name:
            function.name = name
        elif not function.is_declaration:
            function.linkage = "internal"
    for constant in module.global_variables:
        if not constant.is_declaration:
            constant.linkage = "internal"
    return module


def _for_machine(text: str, machine: Any) -> Any:
    """LLVM text read for another machine than that which it was written for."""
    text = re.sub(r"^target .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r'"target-(cpu|features)"="[^"]*"', "", text)
    where = f'target datalayout = "{machine.target_data}"\ntarget triple = "{MACHINE}"\n'
    return llvm.parse_assembly(where + text)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(object_code())
