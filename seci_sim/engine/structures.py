"""Structures of arrays and numbers, declared once, that compiled and plain Python read alike.

A rule says ``staff.hours[i, WITH_PATIENTS]`` in both. In Python a structure is a dataclass. Beside its
arrays it keeps a table of words: where each array lies and how long it is, and its numbers themselves.
Compiled rules get one pointer to that table, however much stands in it, and own none of it: they
allocate and free nothing that Python sees.

Arrays are C-contiguous, of the type that is declared, and stay alive as long as the structure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import MISSING, FrozenInstanceError, dataclass, field, fields
from functools import cache
from typing import (
    Annotated,
    Any,
    ClassVar,
    Self,
    TypeVar,
    cast,
    dataclass_transform,
    get_type_hints,
)

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import populate_array
from numba.np.numpy_support import from_dtype

Entry = TypeVar("Entry", bound=np.generic)
Vector = np.ndarray[tuple[int], np.dtype[Entry]]
Table = np.ndarray[tuple[int, int], np.dtype[Entry]]
Cube = np.ndarray[tuple[int, int, int], np.dtype[Entry]]
Block = np.ndarray[tuple[int, int, int, int], np.dtype[Entry]]

Whole = int | np.integer[Any]
Real = float | np.floating[Any]
"""What a rule may be given as a number: Python's or NumPy's."""

Count = Annotated[int, "changes while rules run"]
"""A whole number that rules may change; all other numbers are settings to them."""


CACHE_LINE = 64
"""Bytes that a processor brings into its cache at once; an array begins with the first of them."""


def room(*axes: str | int, filled: int = 0) -> Any:
    """Declare how long an array is along each axis, by name or in numbers; see `Structure.sized`."""
    return field(metadata={"axes": axes, "filled": filled})


@dataclass(frozen=True)
class Layout:
    """Where one field of a structure stands in its words, and what it is to Numba."""

    name: str
    word: int
    numba: types.Type
    changes: bool
    words: int = 1
    """How many it takes: an array has its address and its shape."""
    entry: np.dtype[Any] | None = None
    """What an array consists of."""
    structure: type[Structure] | None = None
    axes: tuple[str | int, ...] = ()
    """How long an array is along each axis, where that is declared."""
    filled: int = 0
    """What such an array is full of at first."""


class StructureType(types.Type):
    """A structure to Numba: its name, and its fields as pairs of name and type."""

    def __init__(self, name: str, layouts: tuple[tuple[str, int, types.Type, bool], ...]) -> None:
        super().__init__(name)
        self.layouts = layouts
        self._key = f"{name} {layouts}"

    @property
    def key(self) -> str:
        """What tells one from another: a word, of which Python remembers the hash."""
        return self._key


@dataclass_transform(kw_only_default=True)
class Structure:
    """What is declared as a structure inherits from this; its fields are annotated as in a dataclass.

    Raises
    ------
    TypeError
        Where an array is not of the declared type, number of axes or order.

    Examples
    --------
    >>> class Shelf(Structure):
    ...     pages: Vector[np.int64] = room("books", filled=100)
    ...     thick: float
    ...     read: Count = 0
    >>> shelf = Shelf(pages=np.array([120, 300]), thick=0.5)
    >>> shelf.read += 1
    >>> shelf.read, shelf.thick, shelf.pages.tolist()
    (1, 0.5, [120, 300])
    >>> shelf.lengthen("books", 1)
    >>> shelf.pages.tolist(), Shelf.sized({"books": 2}, thick=0.5).pages.tolist()
    ([120, 300, 100], [100, 100])
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    layouts: ClassVar[dict[str, Layout]]
    numba_type: ClassVar[StructureType]
    size_in_words: ClassVar[int]
    _words: Any = field(init=False)
    _address: Any = field(init=False)
    _reals: Any = field(init=False)

    frozen: ClassVar[bool]
    """Whether its arrays, once given, stay the same arrays."""

    def __init_subclass__(cls, *, frozen: bool = False) -> None:
        dataclass(eq=False, kw_only=True)(cls)
        cls.frozen = frozen
        cls.layouts = _laid_out(cls)
        cls.size_in_words = sum(layout.words for layout in cls.layouts.values())
        cls.numba_type = StructureType(
            cls.__name__, tuple((x.name, x.word, x.numba, x.changes) for x in cls.layouts.values())
        )
        for layout in cls.layouts.values():
            if layout.entry is None and layout.structure is None:
                setattr(cls, layout.name, _number(layout))
        typeof_impl.register(cls)(lambda value, _context: value.numba_type)

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Make room for its words."""
        made = super().__new__(cls)
        words = np.zeros(cls.size_in_words, np.int64)
        made.__dict__.update(
            _words=words, _reals=words.view(np.float64), _address=words.ctypes.data
        )
        return made

    @classmethod
    def sized(cls, sizes: Mapping[str, int], **others: Any) -> Self:
        """Make one whose arrays are as long as some sizes say, out of one piece of memory.

        Parameters
        ----------
        sizes : mapping
            Lengths of axes by their names.
        **others
            All fields whose lengths are not declared.

        Raises
        ------
        TypeError
            Where one of these is missing or unknown.
        """
        made, of_class = cls.__new__(cls), cast(Any, cls)
        size, arrays, words, addresses = _piece(of_class, tuple(sizes.items()))
        memory = np.zeros(size + CACHE_LINE, np.uint8)
        address = memory.ctypes.data
        start = -address % CACHE_LINE
        for layout, shape, place in arrays:
            array = np.ndarray(shape, layout.entry, memory, start + place)
            if layout.filled:
                array.fill(layout.filled)
            made.__dict__[layout.name] = array
        made._words[:] = words + (address + start) * addresses
        others = {x.name: x.default for x in fields(cls) if x.default is not MISSING} | others
        if unlike := others.keys() ^ {x.name for x in cls.layouts.values() if not x.axes}:
            raise TypeError(f"{cls.__name__}: {sorted(unlike)}")
        for name, value in others.items():
            setattr(made, name, value)
        return made

    def lengthen(self, axis: str, more: int) -> None:
        """Let all arrays grow that have this axis as their first."""
        for layout in self.layouts.values():
            if layout.axes[:1] == (axis,):
                array = getattr(self, layout.name)
                added = np.full((more, *array.shape[1:]), layout.filled, array.dtype)
                setattr(self, layout.name, np.concatenate([array, added]))

    def __setattr__(self, name: str, value: Any) -> None:
        layout = self.layouts[name]
        if self.frozen and name in self.__dict__:
            raise FrozenInstanceError(f"{type(self).__name__}.{name} stays the same array")
        if layout.entry is not None:
            wrong = value.dtype != layout.entry or value.ndim != layout.words - 1
            if wrong or not value.flags.c_contiguous:
                raise TypeError(f"{type(self).__name__}.{name}: {layout.numba} is wanted")
            words, place = self._words, layout.word
            words[place] = value.ctypes.data
            for length in value.shape:
                place += 1
                words[place] = length
        elif layout.structure is not None:
            self._words[layout.word] = value._address
        super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        """What a copy takes along: it has words of its own."""
        return {x.name: getattr(self, x.name) for x in fields(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)


@cache
def _piece(cls: type[Structure], sizes: tuple[tuple[str, int], ...]) -> tuple[Any, ...]:
    """How the arrays of a structure lie in one piece of memory.

    Gives its bytes; of each array its layout, its shape and where it begins; what is written into the
    structure's words, with addresses as if the piece began at 0; 1 for words that are addresses.
    """
    length = dict(sizes)
    words, addresses = np.zeros((2, cls.size_in_words), np.int64)
    arrays, place = [], 0
    for layout in (x for x in cls.layouts.values() if x.entry is not None and x.axes):
        shape = tuple(x if isinstance(x, int) else length[x] for x in layout.axes)
        arrays.append((layout, shape, place))
        words[layout.word : layout.word + layout.words] = place, *shape
        addresses[layout.word] = 1
        place += math.prod(shape) * np.dtype(layout.entry).itemsize
        place += -place % CACHE_LINE
    return place, arrays, words, addresses


def _laid_out(cls: type[Structure]) -> dict[str, Layout]:
    """The fields of a structure, one behind the other."""
    found: dict[str, Layout] = {}
    word = 0
    hints = get_type_hints(cls, include_extras=True)
    for one in fields(cls):
        name, hint = one.name, hints[one.name]
        if hint is Count:
            found[name] = Layout(name, word, types.int64, True)
        elif hint in (bool, int, float):
            numbers = {bool: types.boolean, int: types.int64, float: types.float64}
            found[name] = Layout(name, word, numbers[hint], False)
        elif isinstance(hint, type) and issubclass(hint, Structure):
            found[name] = Layout(name, word, hint.numba_type, False, structure=hint)
        else:
            shape, entry = hint.__args__
            dtype = np.dtype(entry.__args__[0])
            array = types.Array(from_dtype(dtype), len(shape.__args__), "C")
            found[name] = Layout(name, word, array, False, 1 + array.ndim, dtype, **one.metadata)
        word += found[name].words
    return found


def _number(layout: Layout) -> property:
    """A number of a structure, which stands in its words only."""
    word = layout.word
    if layout.numba == types.float64:

        def get(self: Structure) -> float:
            value: float = self._reals.item(word)
            return value

        def put(self: Structure, value: float) -> None:
            self._reals[word] = value

        return property(get, put)
    made = bool if layout.numba == types.boolean else int
    return property(
        lambda self: made(self._words.item(word)),
        lambda self, value: self._words.__setitem__(word, value),
    )


# To Numba -----------------------------------------------------------------------------------------


@register_model(StructureType)
class _Pointer(models.OpaqueModel):
    """A structure is a pointer to its words."""


@unbox(StructureType)  # type: ignore[untyped-decorator]
def _unbox(_: Any, instance: Any, c: Any) -> Any:
    """Hand over the address of the words."""
    address = c.pyapi.object_getattr_string(instance, "_address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer)


@infer_getattr
class _Fields(AttributeTemplate):
    """Which types the fields have."""

    key = StructureType

    def generic_resolve(  # type: ignore[override]
        self, structure: StructureType, name: str
    ) -> types.Type | None:
        """The type of a field, or None where there is none of that name."""
        return next((x[2] for x in structure.layouts if x[0] == name), None)


def _word(context: Any, builder: Any, pointer: Any, word: int) -> Any:
    """Where a word stands."""
    whole = context.get_value_type(types.int64).as_pointer()
    return cgutils.gep(builder, builder.bitcast(pointer, whole), word)


def _settled(builder: Any, place: Any) -> Any:
    """Read a word of which LLVM may assume that it stays as it is, so that it need be read once."""
    read = builder.load(place)
    read.set_metadata("invariant.load", builder.module.add_metadata([]))
    return read


@lower_getattr_generic(StructureType)  # type: ignore[untyped-decorator]
def _get(context: Any, builder: Any, structure: StructureType, pointer: Any, name: str) -> Any:
    """Read a field."""
    _, word, kind, changes = next(x for x in structure.layouts if x[0] == name)
    place = _word(context, builder, pointer, word)
    if isinstance(kind, types.Array):
        return _array(context, builder, kind, place)
    if isinstance(kind, StructureType):
        return _settled(builder, builder.bitcast(place, pointer.type.as_pointer()))
    if kind == types.float64:
        place = builder.bitcast(place, context.get_value_type(kind).as_pointer())
    value = builder.load(place) if changes else _settled(builder, place)
    return builder.trunc(value, context.get_value_type(kind)) if kind == types.boolean else value


def _array(context: Any, builder: Any, kind: types.Array, place: Any) -> Any:
    """An array that a structure owns, and that nobody counts references to."""
    words = [_settled(builder, cgutils.gep(builder, place, axis)) for axis in range(1 + kind.ndim)]
    itemsize = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides = [context.get_constant(types.intp, itemsize)]
    for length in reversed(words[2:]):
        strides.insert(0, builder.mul(strides[0], length))
    array = context.make_array(kind)(context, builder)
    populate_array(
        array,
        data=builder.inttoptr(words[0], array.data.type),
        shape=words[1:],
        strides=strides,
        itemsize=itemsize,
        meminfo=None,
    )
    return array._getvalue()


@lower_setattr_generic(StructureType)  # type: ignore[untyped-decorator]
def _set(context: Any, builder: Any, signature: Any, arguments: Any, name: str) -> None:
    """Write a count."""
    structure, kind = signature.args
    _, word, declared, changes = next(x for x in structure.layouts if x[0] == name)
    if not changes:
        raise TypeError(f"{structure.name}.{name} is a setting: rules do not change it")
    value = context.cast(builder, arguments[1], kind, declared)
    builder.store(value, _word(context, builder, arguments[0], word))
