"""A rule to Numba: by itself where Python calls it, else a part of the process that calls it.

Numba optimises every function and turns it into machine code, and does so again in all that call it,
although a rule lives on in its processes only. A part is left as it was written until the process is
complete, and is worked on once, with all that stands around it: a newcomer waits half as long.
"""

from __future__ import annotations

from typing import Any, cast

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Flags, compile_extra
from numba.core.registry import CPUDispatcher
from numba.core.sigutils import normalize_signature
from numba.core.typing.templates import make_concrete_template


class Part(JITCodeLibrary):
    """The code of a rule that others will contain: linked with what it calls, and no more."""

    def finalize(self) -> None:
        """Take in what the rule calls."""
        for library in dict.fromkeys(self._linking_libraries):
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        self._finalized = True


class Rule(CPUDispatcher):
    """A rule that compiled code calls as a `Part`; called from Python, it is compiled by itself."""

    def __init__(self, function: Any, **options: Any) -> None:
        super().__init__(function, **options)
        self.parts: dict[Any, Any] = {}
        """What each part takes and gives, by the types that it takes."""

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Answer compiled code that asks what a call with arguments of some types gives."""
        signature, args = cast(Any, self)._compiler.fold_argument_types(args, kws)
        args = tuple(args)
        if args not in self.parts:
            self.parts[args] = self._part(args)
        name = self.py_func.__name__
        template = make_concrete_template(name, (self, args), [self.parts[args]])
        return template, signature, args, {}

    def _part(self, args: tuple[Any, ...]) -> Any:
        """Compile the rule for arguments of some types, as a part."""
        target: Any = self.targetctx
        flags: Any = Flags()
        self.targetdescr.options.parse_as_flags(flags, self.targetoptions)
        flags.no_compile = flags.no_cpython_wrapper = True
        library = Part(target.codegen(), self.py_func.__name__)
        made = compile_extra(
            *(self.typingctx, target, self.py_func, args, None, flags, {}), library=library
        )
        target.insert_user_function((self, args), made.fndesc, [library])
        return made.signature

    def get_overload(self, signature: Any) -> Any:
        """The name under which compiled code finds the part."""
        return self, normalize_signature(signature)[0]
