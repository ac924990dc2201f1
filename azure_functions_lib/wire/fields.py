"""Typed fields of a record, each declared once as "attribute <- (wire name, reader)"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any, ClassVar

from .._log import warn
from ..errors import InvalidValueError, preview
from .datum import DatumLike, python_value
from .jsontext import dump_json, parse_json, plain_json
from .scalars import integer, items, mapping, text, timestamps_in_utc, utc_timestamp

if TYPE_CHECKING:
    from inspect import Signature

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_options: object) -> Callable[[type], type]:
        return lambda cls: cls


__all__ = ["Field", "Record", "RecordType", "field", "json_text", "plain", "warn_unreadable"]

REQUIRED: Any = object()
"""The default of a field that a constructor cannot do without."""

_NoneType = type(None)


def as_it_is(value: Any) -> Any:
    """Read a field that takes any value."""
    return value


OWN_TYPES: dict[Callable[[Any], Any], type] = {
    text: str,
    integer: int,
    mapping: dict,
    items: list,
}
"""Readers that give back a value of one type as it is."""


_OTHER_SCALARS = (None, "int", "double", "bytes")


class Field:
    """One typed field of a record."""

    __slots__ = (
        "alias",
        "default",
        "exact",
        "kind",
        "name",
        "read",
        "shown",
        "store",
        "unsent",
        "wire",
    )

    name: str
    wire: Any  # str, or None for a field that does not travel by name
    store: Callable[[Any, Any], None]

    def __init__(
        self,
        wire: str | None,
        read: Callable[[Any], Any] | None,
        default: Any = None,
        alias: str | None = None,
        shown: bool = False,
        unsent: Any = REQUIRED,
    ) -> None:
        self.wire = wire
        self.read = read or as_it_is
        self.default = default
        if unsent is REQUIRED:
            unsent = None if default is REQUIRED else default
        self.unsent = unsent
        self.alias = alias
        self.shown = shown
        # A column whose items are all of the reader's own type needs no reading.
        self.kind = OWN_TYPES.get(self.read)
        self.exact = {self.kind, _NoneType} if self.kind else set()

    def absent(self) -> Any:
        """Give the value of a field that did not come; a fresh one where it can be changed."""
        return self.unsent() if isinstance(self.unsent, type) else self.unsent

    def absent_column(self, count: int) -> Iterable[Any]:
        """Give the values of a field that did not come for any message of a batch."""
        return repeat(None) if self.unsent is None else [self.absent() for _ in range(count)]

    def initial(self, owner: str) -> Any:
        """Give the value of a field that a constructor is not given."""
        if self.default is REQUIRED:
            raise TypeError(f"{owner} needs the argument {self.alias or self.name!r}")
        return self.default() if isinstance(self.default, type) else self.default

    def from_datum(self, datum: DatumLike | None, binding: str) -> Any:
        """Read the field from a metadata entry; what cannot be read is absent, with a warning."""
        if datum is None:
            return self.absent()
        value: Any = datum
        try:
            kind = datum.type
            value = datum.value
            if kind == "json":
                value = parse_json(value)
            elif kind != "string":
                value = self._unusual(datum)
            if type(value) is self.kind:
                return value
            return self.absent() if value is None else self.read(value)
        except (ValueError, AttributeError) as error:  # AttributeError: that is no datum at all
            warn_unreadable(binding, self.wire, value, str(error))
            return self.absent()

    def _unusual(self, datum: DatumLike) -> Any:
        """Give the plain value of an entry that is neither text nor JSON."""
        kind = datum.type
        if (
            kind in _OTHER_SCALARS
            or self.read is as_it_is
            or (self.read is items and kind.startswith("collection_"))
        ):
            return python_value(datum)
        raise ValueError(f"a payload of type 'string' or 'json', not {kind!r}")

    def from_value(self, value: Any, binding: str) -> Any:
        """Read the field from a plain value; what cannot be read is absent, with a warning."""
        if value is None:
            return self.absent()
        try:
            return self.read(value)
        except ValueError as error:
            warn_unreadable(binding, self.wire, value, str(error))
            return self.absent()

    def from_column(self, values: Sequence[Any], binding: str) -> Iterable[Any]:
        """Read the field's values of a batch, with one warning for all that cannot be read."""
        kinds = set(map(type, values))
        if kinds <= self.exact and (self.unsent is None or _NoneType not in kinds):
            return values
        if self.read is utc_timestamp and kinds == {str}:
            times = timestamps_in_utc(values)
            if times is not None:
                return times
        try:
            if _NoneType not in kinds:
                return list(map(self.read, values))
        except ValueError:
            pass  # which of them cannot be read is told below
        column, faults = [], []
        for index, value in enumerate(values):
            try:
                column.append(self.absent() if value is None else self.read(value))
            except ValueError as error:
                column.append(self.absent())
                faults.append((index, value, str(error)))
        if faults:
            index, value, expected = faults[0]
            more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
            warn_unreadable(binding, f"{self.wire}Array[{index}]{more}", value, expected)
        return column

    def checked(self, value: Any, owner: str) -> Any:
        """Read a value given to a constructor."""
        if value is None:
            return self.absent()
        try:
            return self.read(value)
        except (ValueError, TypeError) as error:
            raise InvalidValueError.of(
                owner, self.alias or self.name, came=preview(value), expected=str(error)
            ) from None


def warn_unreadable(binding: str, name: str | None, value: Any, expected: str) -> None:
    """Log that a metadata field cannot be read, and what came."""
    warn(
        "%s: metadata %s: got %s; expected %s. The field is absent; .metadata keeps what came.",
        binding,
        name,
        preview(value),
        expected,
    )


def field(
    wire: str | None = None,
    read: Callable[[Any], Any] | None = None,
    *,
    default: Any = REQUIRED,
    unsent: Any = REQUIRED,
    kw_only: bool = True,
    alias: str | None = None,
    shown: bool = False,
) -> Any:
    """Declare a field of a record.

    Args:
        wire: its name on the wire; a batch's metadata has it with ``Array`` appended. None for a
            field that does not travel by name.
        read: turns a plain value into the field's, or raises ValueError saying what it expected.
        default: the value when the constructor is not given one; a class to make a fresh one each
            time. Without a default the constructor must be given a value.
        unsent: the value when the host did not send one, where that is not the default.
        kw_only: False for a field that may be given by position.
        alias: the constructor's name for the field where it differs.
        shown: True for a field that identifies the record in its repr.
    """
    return Field(wire, read, default, alias, shown, unsent)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class RecordType(type):
    """Makes the ``field(...)`` of a class body its slots and constructor parameters."""

    _fields: dict[str, Field]
    _parameters: dict[str, Field]
    _sent: dict[str, Field]
    _init_only: tuple[str, ...]
    _locked: type[Record]
    """The class itself; of one made by :func:`.bulk.unlocked`, the class it is made for."""

    def __new__(
        cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any
    ) -> RecordType:
        specs = {key: spec for key, spec in namespace.items() if isinstance(spec, Field)}
        for key in specs:
            del namespace[key]
        slots = [key for key in specs if not any(hasattr(base, key) for base in bases)]
        if specs:
            namespace["__slots__"] = (*namespace.get("__slots__", ()), *slots)
        created = super().__new__(cls, name, bases, namespace, **options)
        for key, spec in specs.items():
            spec.name = key
            spec.store = getattr(created, key).__set__
        created._fields = {**getattr(created, "_fields", {}), **specs}
        created._parameters = {spec.alias or key: spec for key, spec in created._fields.items()}
        created._sent = {key: spec for key, spec in created._fields.items() if spec.wire}
        created._locked = namespace.get("_locked", created)
        return created

    @property
    def __signature__(cls) -> Signature | None:
        """The constructor's signature, for ``inspect.signature`` and ``help``.

        None for a subclass with an ``__init__`` of its own, which speaks for itself.
        """
        init = type.__getattribute__(cls, "__init__")
        if init.__module__.rpartition(".")[0] != __package__:  # neither Record's nor Message's
            return None
        from inspect import Parameter, Signature

        return Signature(
            [
                Parameter(
                    name,
                    Parameter.POSITIONAL_OR_KEYWORD if name == "body" else Parameter.KEYWORD_ONLY,
                    default=_shown_default(spec.default),
                )
                for name, spec in cls._parameters.items()
            ]
            + [Parameter(name, Parameter.KEYWORD_ONLY, default=None) for name in cls._init_only]
        )


def _shown_default(default: Any) -> Any:
    if default is REQUIRED:
        from inspect import Parameter

        return Parameter.empty
    return None if isinstance(default, type) else default


class Record(metaclass=RecordType):
    """A read-only value with typed fields, equal to another of its class with equal fields."""

    __slots__ = ()

    _binding: ClassVar[str] = ""
    _shown_as: ClassVar[str] = ""
    _init_only: ClassVar[tuple[str, ...]] = ()
    if TYPE_CHECKING:
        _sent: ClassVar[dict[str, Field]]

    def __init_subclass__(cls, *, binding: str = "", shown_as: str = "", **options: Any) -> None:
        super().__init_subclass__(**options)
        if binding:
            cls._binding = binding
            cls._shown_as = shown_as or f"azure.{cls.__name__}"

    if not TYPE_CHECKING:  # type checkers derive the constructor from the fields

        def __init__(self, *body: Any, **values: Any) -> None:
            cls = type(self)
            if body:
                if len(body) > 1 or "body" not in cls._parameters or "body" in values:
                    raise TypeError(
                        f"{cls.__name__} got {len(body)} arguments by position; "
                        f"it has the keywords {', '.join(cls._parameters)}"
                    )
                values["body"] = body[0]
            for name, spec in cls._parameters.items():
                if name in values:
                    spec.store(self, spec.checked(values.pop(name), cls.__name__))
                else:
                    spec.store(self, spec.initial(cls.__name__))
            if values:
                raise TypeError(
                    f"{cls.__name__} has no field {', '.join(map(repr, values))}; "
                    f"it has {', '.join(cls._parameters)}"
                )

    @classmethod
    def _filled(cls, source: Mapping[str, Any]) -> Self:
        """Make a record of plain values by wire name."""
        record = cls.__new__(cls)
        for spec in cls._sent.values():
            value = source.get(spec.wire)
            fits = type(value) is spec.kind
            spec.store(record, value if fits else spec.from_value(value, cls._binding))
        return record

    def __setattr__(self, name: str, value: Any) -> None:
        if name in type(self)._fields:
            raise AttributeError(f"{type(self).__name__}.{name} is read-only")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        if name in type(self)._fields:
            raise AttributeError(f"{type(self).__name__}.{name} is read-only")
        object.__delattr__(self, name)

    def _state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in type(self)._fields}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record) or type(other)._locked is not type(self)._locked:
            return NotImplemented
        return all(
            getattr(self, name) == getattr(other, name)
            for name in type(self)._fields
            if name != "_metadata"  # how the fields came, not what they are
        )

    def __hash__(self) -> int:
        shown = (getattr(self, name) for name, spec in type(self)._fields.items() if spec.shown)
        return hash((type(self)._locked, *shown))

    def __repr__(self) -> str:
        shown = "".join(
            f" {name}={getattr(self, name)}"
            for name, spec in type(self)._fields.items()
            if spec.shown
        )
        return f"<{self._shown_as}{shown} at 0x{id(self):x}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self)._locked, self._state(), self._extra())

    def _extra(self) -> dict[str, Any]:
        """Give what a subclass keeps besides the fields, in slots of its own or a ``__dict__``."""
        known = {"_source", "_asked", "_place", "__dict__", "__weakref__", *type(self)._fields}
        extra = dict(getattr(self, "__dict__", ()))
        for base in type(self).__mro__:
            slots = base.__dict__.get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if name not in known and hasattr(self, name):
                    extra[name] = getattr(self, name)
        return extra

    def to_dict(self) -> dict[str, Any]:
        """Give the fields as plain JSON values: times as ISO 8601 text, bytes as text or base64."""
        return {name: plain(getattr(self, name)) for name in type(self)._fields}

    def to_json(self) -> str:
        """Give :meth:`to_dict` as JSON text.

        Raises:
            InvalidValueError: a value has no JSON form, such as NaN (a TypeError and ValueError).
        """
        return json_text(self.to_dict())


def _restore(cls: type[Record], state: dict[str, Any], extra: dict[str, Any]) -> Record:
    record = cls.__new__(cls)
    for name, spec in cls._fields.items():
        spec.store(record, state.get(name))
    for name, value in extra.items():
        object.__setattr__(record, name, value)
    return record


def plain(value: Any) -> Any:
    """Give a value as plain JSON values, recursively.

    Raises:
        InvalidValueError: the value has no JSON form, contains itself, or nests too deeply.
    """
    try:
        return _plain(value)
    except TypeError as error:
        expected = f"a value with a JSON form ({error})"
    except RecursionError:
        expected = "a value that nests less deeply"
    raise InvalidValueError.of("to_dict", "value", came=preview(value), expected=expected)


def json_text(value: Any) -> str:
    """Write a value as the JSON text that a ``to_json`` gives.

    Raises:
        InvalidValueError: the value has no JSON form, contains itself, or nests too deeply.
    """
    try:
        return dump_json(value)
    except (TypeError, ValueError) as error:
        raise InvalidValueError.of(
            "to_json", "value", came=preview(value), expected=f"a value with a JSON form ({error})"
        ) from None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain(plain_json(value))
