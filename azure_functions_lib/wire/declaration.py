"""What is declared about a function: the records that ``function.json`` holds.

A record keeps its JSON keys in the order in which they are written: ``direction``, ``dataType``,
``type``, ``name``, then the binding's own keys, then the extra ones of the user.
"""

from __future__ import annotations

import functools
import re
from enum import Enum

from ..enums import BindingDirection, DataType, StringifyEnum
from ..errors import DeclarationError, InvalidValueError, UnknownNameError, preview
from .jsontext import json_writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, ClassVar, Protocol, TypeVar

    from typing_extensions import Self

    _E = TypeVar("_E", bound=Enum)

    class Editable(Protocol):
        """The function that an edit changes."""

        _func: Callable[..., Any]

        def get_function_name(self) -> str: ...
        def get_bindings(self) -> list[Binding]: ...
        def add_trigger(self, trigger: Trigger) -> None: ...
        def add_binding(self, binding: Binding) -> None: ...

    Edit = Callable[[Editable], None]
    """A declaration that takes more than adding a record to the function."""

__all__ = [
    "REQUIRED",
    "RETURN",
    "SINGLE",
    "Binding",
    "Inferred",
    "InputBinding",
    "OutputBinding",
    "Setting",
    "Trigger",
    "check_binding_name",
    "check_function_name",
    "json_key",
    "member",
    "members",
    "write_json",
]


RETURN = "$return"
"""The name of the binding that sends the return value."""


def member(value: _E | str | None, kind: type[_E]) -> _E | None:
    """Find an enum member by its name, in any letter case; all but text is passed through.

    Raises:
        UnknownNameError: no member has that name (a KeyError and ValueError).
    """
    if not isinstance(value, str):
        return value
    try:
        return kind[value.upper()]
    except KeyError:
        names = ", ".join(kind.__members__)
        raise UnknownNameError(
            f"{kind.__name__}: got {value!r}; expected one of {names}, in any letter case"
        ) from None


def members(values: Iterable[_E | str] | _E | str | None, kind: type[_E]) -> list[_E | None] | None:
    """Find several enum members, or one by itself; see :func:`member`.

    Raises:
        DeclarationError: the values are no list.
    """
    if values is None:
        return None
    if isinstance(values, (str, kind)):
        return [member(values, kind)]
    several: Any = values
    try:
        found = [member(value, kind) for value in several]
    except TypeError:
        names = ", ".join(kind.__members__)
        raise DeclarationError(
            f"{kind.__name__}: got {preview(values)}; expected a list of {names}"
        ) from None
    return found


class Inferred(int):
    """A flag that says what holds unless the function itself says otherwise.

    It equals the flag it stands for, and only its identity tells that it was not given.
    """

    def __repr__(self) -> str:
        return repr(bool(self))


# The constructor of bool cannot be overridden; to the type checker these are plain flags.
_inferred: Any = Inferred
REQUIRED: bool = _inferred(True)
SINGLE: bool = _inferred(False)


_KEY = re.compile("_?[A-Za-z][A-Za-z0-9_]*")


@functools.lru_cache(maxsize=512)
def json_key(parameter: str) -> str:
    """Give the JSON key of a Python parameter: ``queue_name`` becomes ``queueName``.

    The first letter of every word after the first becomes a capital; nothing else changes.

    Raises:
        DeclarationError: the name is not made of ASCII letters, digits and underscores.
    """
    if not (isinstance(parameter, str) and _KEY.fullmatch(parameter)):
        raise DeclarationError(
            f"the extra field {parameter!r} cannot become a JSON key: expected ASCII letters, "
            "digits and underscores, such as 'batch_size'"
        )
    first, *others = parameter.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


# The host's own rules, applied to every name before it starts a function.
_BINDING_NAME = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_]{0,127}|\$return")
_FUNCTION_NAME = re.compile(r"(?!(?i:host)\Z)[A-Za-z][A-Za-z0-9_-]{0,127}")


def check_binding_name(name: str) -> None:
    """Check a binding's name against the host's rule (since its version 4.1038).

    Raises:
        DeclarationError: it is not ``$return``, nor up to 128 letters, digits and single
            underscores of which the first is no digit.
    """
    if not (isinstance(name, str) and _BINDING_NAME.fullmatch(name)):
        raise DeclarationError(
            f"binding name {name!r}: the host accepts '$return', or a letter or '_' followed by at "
            "most 127 letters, digits and '_', without '__'",
            "Rename the binding and its parameter",
        )


def check_function_name(name: str) -> None:
    """Check a function's name against the host's rule.

    Raises:
        DeclarationError: it is not a letter followed by up to 127 letters, digits, ``_`` and
            ``-``, or it is ``host``.
    """
    if not (isinstance(name, str) and _FUNCTION_NAME.fullmatch(name)):
        raise DeclarationError(
            f"function name {name!r}: the host accepts a letter followed by at most 127 letters, "
            "digits, '_' and '-', except 'host'",
            "Give another one with @app.function_name",
        )


class _Record:
    """What bindings and settings share: a dict by JSON keys, or by names for a setting.

    The package's own declarations fill it. A subclass made elsewhere declares constructor
    parameters instead, stores them as attributes of the same names and calls
    ``super().__init__``; its record then holds those attributes, and its extra keyword arguments.
    """

    _dict: dict[str, Any]  # under this name azurefunctions-extensions-base reads and writes it
    _parameters: list[str] | None = None
    _base_parameters: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in cls.__dict__ and cls.__module__ != __name__:
            cls.__init__ = _recording(cls.__init__)  # type: ignore[method-assign]

    @staticmethod
    def _key(parameter: str) -> str:
        return parameter

    def _gather(self) -> None:
        """Take over the attributes that stand for parameters, as they are now."""
        for name in self._parameters or ():
            if name not in self._base_parameters:
                self._dict[self._key(name)] = getattr(self, name, None)

    def get_dict_repr(self) -> dict[str, Any]:
        """The record without the values that are None; enums stay members."""
        if self._parameters is not None:
            self._gather()
        return {key: value for key, value in self._dict.items() if value is not None}


def _recording(init: Callable[..., None]) -> Callable[..., None]:
    import inspect

    own = [
        parameter.name
        for parameter in inspect.signature(init).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ][1:]

    @functools.wraps(init)
    def recorded(self: _Record, *args: Any, **kwargs: Any) -> None:
        # Only the most derived constructor counts: what it passes on to its base is its own affair.
        if self._parameters is not None:
            init(self, *args, **kwargs)
            return
        extra = {name: value for name, value in kwargs.items() if name not in own}
        self._parameters = [*own, *extra]
        self.__dict__.update(extra)
        init(self, *args, **kwargs)
        self._gather()

    return recorded


class Binding(_Record):
    """One entry of a function's ``bindings``.

    Args:
        name: the parameter that the binding feeds, or ``$return``.
        direction: which way the data flows.
        data_type: how the host hands over the payload; None leaves it to the binding.
        type: the binding type, such as ``"queueTrigger"``; None takes :meth:`get_binding_name`.
        fields: the binding's own JSON keys and values, kept as they are. One that is None is not
            written.
        extra: further values by Python parameter name, from the user.

    Attributes:
        name: as above.
        type: as above.
        direction: 0 in, 1 out, 2 inout.
        data_type: 0 undefined, 1 string, 2 binary, 3 stream, or None.
        declared_at: the file and the line of the decorator, None where there is none.

    All other fields can be read as attributes under their Python names: ``trigger.queue_name``.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType.
        DeclarationError: the type is missing, or an extra value has no usable name.
    """

    _base_parameters = frozenset({"name", "data_type", "direction", "type"})

    name: str
    type: str
    data_type: int | None = None
    declared_at: tuple[str, int] | None = None
    _direction: BindingDirection

    def __init__(
        self,
        name: str,
        direction: BindingDirection,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self._direction = direction
        kind = type or self.get_binding_name()
        if not isinstance(kind, str):
            raise DeclarationError(
                f"binding {name!r}: type: got {preview(kind)}; expected a binding type such as "
                "'queueTrigger'"
            )
        self.name = name
        self.type = kind
        record: dict[str, Any] = {"direction": direction}
        if data_type is not None:
            known = member(data_type, DataType)
            if not isinstance(known, DataType):
                raise DeclarationError(
                    f"{kind} {name!r}: data_type: got {preview(data_type)}; expected a DataType"
                )
            self.data_type = known.value
            record["dataType"] = known
        record["type"] = kind
        record["name"] = name
        if fields:
            record.update(fields)
        self._dict = record
        if extra:
            self._add(extra)

    def _add(self, extra: Mapping[str, Any]) -> None:
        """Add values that the user gave by names of his own."""
        binding = f"{self.type} {self.name!r}"
        if not hasattr(extra, "items"):
            raise DeclarationError(
                f"{binding}: extra fields: got {preview(extra)}; expected a dict"
            )
        for parameter, value in extra.items():
            key = json_key(parameter)
            given = self._dict.get(key)
            if given is not None and given != value:  # said twice is harmless
                raise DeclarationError(
                    f"{binding}: the extra field {parameter!r} would replace {key!r}, which is "
                    "given already"
                )
            self._dict[key] = value

    @property
    def direction(self) -> int:
        """Which way the data flows, seen from the function: 0 in, 1 out, 2 inout."""
        return self._direction.value

    @staticmethod
    def get_binding_name() -> str | None:
        """The binding type of a subclass that stands for one; None where it is given each time."""
        return None

    @property
    def init_params(self) -> list[str]:
        """The Python names of all fields; each is an attribute."""
        if self._parameters is not None:
            return list(self._parameters)
        return ["data_type", *(_parameter(key) for key in self._dict if key != "dataType")]

    def __getattr__(self, name: str) -> Any:
        # Reached only for what is not an attribute of its own: a field, under its Python name.
        if not name.startswith("_"):
            key = json_key(name)
            if key in self._dict:
                return self._dict[key]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @staticmethod
    def _key(parameter: str) -> str:
        return json_key(parameter)

    def json_text(self) -> str:
        """The record as JSON text; enum members by name, dates and times in ISO 8601.

        Raises:
            InvalidValueError: a value has no JSON form (a TypeError and ValueError).
        """
        record = self.get_dict_repr()
        try:
            return write_json(record)
        except (TypeError, ValueError):
            for key, value in record.items():
                _check_json(f"{self.type} {self.name!r}", key, value)
            raise

    def complete(self, fields: Mapping[str, Any]) -> None:
        """Give JSON keys that have no value one."""
        self._dict.update(self._missing(fields))
        if self._parameters is not None:
            for key in fields:
                setattr(self, _parameter(key), self._dict[key])

    def completed(self, fields: Mapping[str, Any]) -> Self:
        """Give a completed copy, the binding itself when it lacks nothing; see :meth:`complete`."""
        if not self._missing(fields):
            return self
        copy: Self = object.__new__(type(self))
        copy.__dict__.update(self.__dict__, _dict=self._dict.copy())
        copy.complete(fields)
        return copy

    def _missing(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        if self._parameters is not None:
            self._gather()
        return {key: value for key, value in fields.items() if self._dict.get(key) is None}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.type!r}, {self.name!r})"


def _json_default(value: object) -> object:
    if isinstance(value, StringifyEnum):
        return str(value)
    if isinstance(value, Enum):
        return value.name
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None:
        return isoformat()
    raise TypeError(f"{value.__class__.__name__} has no JSON form")


write_json = json_writer(_json_default)
"""Writes a record as ``json.dumps(record, default=...)`` does, in half the time."""


def _check_json(binding: str, key: str, value: object) -> None:
    try:
        write_json(value)
    except (TypeError, ValueError):
        raise InvalidValueError.of(
            binding, key, came=preview(value), expected="a value with a JSON form"
        ) from None


def _parameter(key: str) -> str:
    """Give a Python name whose JSON key this is."""
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key)


class _Directed(Binding):
    """A binding whose class says which way its data flows; other arguments as for Binding."""

    def __init__(
        self,
        name: str,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(name, self._direction, data_type, type, fields, extra)

    @classmethod
    def of_parameters(cls, type: str, given: dict[str, Any]) -> Self:
        """Make a binding whose fields are the parameters of a declaration function.

        A list of them beside the function's own would say every name a third time.

        Args:
            type: the binding type.
            given: the ``locals()`` of the function: ``arg_name``, ``data_type``, ``kwargs`` with
                extra fields if it has any, and fields, each of which gets the JSON key of its name.
        """
        name, data_type, extra = (
            given.pop("arg_name"),
            given.pop("data_type"),
            given.pop("kwargs", {}),
        )
        fields = {json_key(parameter): value for parameter, value in given.items()}
        return cls(name, data_type, type, fields, extra)


class Trigger(_Directed):
    """What makes a function run; every function has exactly one. For arguments see Binding."""

    _direction = BindingDirection.IN

    @staticmethod
    def is_supported_trigger_type(trigger_instance: Trigger, trigger_type: type[Trigger]) -> bool:
        """Whether a trigger is of a class, or generic and of the binding type it stands for."""
        return (
            isinstance(trigger_instance, trigger_type)
            or trigger_instance.type == trigger_type.get_binding_name()
        )


class InputBinding(_Directed):
    """Data that a function is given besides its trigger. For arguments see Binding."""

    _direction = BindingDirection.IN


class OutputBinding(_Directed):
    """Where a function's return value or ``Out`` parameter goes. For arguments see Binding."""

    _direction = BindingDirection.OUT


class Setting(_Record):
    """Something set about a function that is not a binding, such as its retry policy.

    Args:
        setting_name: what is set, such as ``"retry_policy"``.
        fields: the setting's values by name. One that is None is left out.
    """

    _base_parameters = frozenset({"setting_name"})

    def __init__(self, setting_name: str, fields: Mapping[str, Any] | None = None) -> None:
        self.setting_name = setting_name
        self._dict = {"setting_name": setting_name, **(fields or {})}

    def get_setting_name(self) -> str:
        """What is set."""
        return self.setting_name

    def get_settings_value(self, settings_attribute_key: str) -> Any:
        """One value, None where there is none."""
        return self.get_dict_repr().get(settings_attribute_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.setting_name!r})"
