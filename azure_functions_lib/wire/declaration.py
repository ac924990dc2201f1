"""What is declared about a function: the records that ``function.json`` holds.

A record keeps its JSON keys in the order in which they are written: ``direction``, ``dataType``,
``type``, ``name``, then the binding's own keys, then the extra ones of the user.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache
from json.encoder import encode_basestring_ascii as quote

from ..enums import BindingDirection, DataType
from ..errors import DeclarationError, InvalidValueError, UnknownNameError, preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, ClassVar, Protocol, TypeVar

    from typing_extensions import Self

    _E = TypeVar("_E", bound=Enum)

    class Declared(Protocol):
        """The function that a declaration is made about."""

        _func: Callable[..., Any]

        def get_function_name(self) -> str: ...
        def get_bindings(self) -> list[Binding]: ...
        def add_trigger(self, trigger: Trigger) -> None: ...
        def add_binding(self, binding: Binding) -> None: ...

    TriggerEdit = Callable[[Declared], None]
    """A declaration with a trigger that takes more than adding a record to the function."""

    BindingEdit = Callable[[Declared], None]
    """The same for an input or output."""

__all__ = [
    "REQUIRED",
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
]


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


def members(values: Iterable[_E | str] | None, kind: type[_E]) -> list[_E | None] | None:
    """Find several enum members; see :func:`member`."""
    return None if values is None else [member(value, kind) for value in values]


class Inferred(int):
    """A flag that says what holds unless the function itself says otherwise.

    It equals the flag it stands for, and only its identity tells that it was not given.
    """

    def __repr__(self) -> str:
        return repr(bool(self))


# The constructor of bool cannot be overridden; to the type checker these are plain flags.
REQUIRED: bool = Inferred(True)  # type: ignore[assignment]
SINGLE: bool = Inferred(False)  # type: ignore[assignment]


_KEY = re.compile("_?[A-Za-z][A-Za-z0-9_]*")


@cache
def json_key(parameter: str) -> str:
    """Give the JSON key of a Python parameter: ``queue_name`` becomes ``queueName``.

    The first letter of every word after the first becomes a capital; nothing else changes.

    Raises:
        DeclarationError: the name is not made of ASCII letters, digits and underscores.
    """
    if not _KEY.fullmatch(parameter):
        raise DeclarationError(
            f"the extra field {parameter!r} cannot become a JSON key: expected ASCII letters, "
            "digits and underscores, such as 'batch_size'"
        )
    first, *others = parameter.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


# The host's own rules, applied to every name before it starts a function.
_BINDING_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{0,127}|\$return")
_FUNCTION_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,127}")


@cache
def check_binding_name(name: str) -> None:
    """Check a binding's name against the host's rule.

    Raises:
        DeclarationError: it is not ``$return`` and not a letter followed by up to 127 letters and
            digits.
    """
    if not _BINDING_NAME.fullmatch(name):
        raise DeclarationError(
            f"binding name {name!r}: the host accepts '$return', or a letter followed by at most "
            "127 letters and digits (no underscore). Rename the binding and its parameter"
        )


@cache
def check_function_name(name: str) -> None:
    """Check a function's name against the host's rule.

    Raises:
        DeclarationError: it is not a letter followed by up to 127 letters, digits, ``_`` and
            ``-``, or it is ``host``.
    """
    if not _FUNCTION_NAME.fullmatch(name) or name.lower() == "host":
        raise DeclarationError(
            f"function name {name!r}: the host accepts a letter followed by at most 127 letters, "
            "digits, '_' and '-', except 'host'. Give another one with @app.function_name"
        )


class _Record:
    """What bindings and settings share: subclasses whose constructor parameters become keys.

    The package's own declarations pass their JSON keys. A subclass made elsewhere declares
    parameters instead, stores them as attributes of the same names and calls
    ``super().__init__``; its record then holds those attributes, and its extra keyword arguments.
    """

    _parameters: list[str] | None = None
    _base_parameters: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__init__" in cls.__dict__ and cls.__module__ != __name__:
            cls.__init__ = _recording(cls.__init__)  # type: ignore[method-assign]

    def _parameter_values(self) -> dict[str, Any]:
        return {
            name: getattr(self, name, None)
            for name in self._parameters or ()
            if name not in self._base_parameters
        }


def _recording(init: Callable[..., None]) -> Callable[..., None]:
    import functools
    import inspect

    own = [
        parameter.name
        for parameter in inspect.signature(init).parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ][1:]

    @functools.wraps(init)
    def recorded(self: _Record, *args: Any, **kwargs: Any) -> None:
        # Only the most derived constructor counts: what it passes on to its base is its own affair.
        if self._parameters is None:
            extra = {name: value for name, value in kwargs.items() if name not in own}
            self._parameters = [*own, *extra]
            self.__dict__.update(extra)
        init(self, *args, **kwargs)

    return recorded


class Binding(_Record):
    """One entry of a function's ``bindings``.

    Args:
        name: the parameter that the binding feeds, or ``$return``.
        direction: which way the data flows.
        data_type: how the host hands over the payload; None leaves it to the binding.
        type: the binding type, such as ``"queueTrigger"``; None takes :meth:`get_binding_name`.
        fields: the binding's own JSON keys and values. One that is None is not written.
        extra: further values by Python parameter name, from the user.

    Attributes:
        name, type: as above.
        direction: 0 in, 1 out, 2 inout.
        data_type: 0 undefined, 1 string, 2 binary, 3 stream, or None.

    All other fields can be read as attributes under their Python names: ``trigger.queue_name``.
    """

    _base_parameters = frozenset({"name", "data_type", "direction", "type"})

    name: str
    type: str
    direction: int
    data_type: int | None
    _dict: dict[str, Any]

    def __init__(
        self,
        name: str,
        direction: BindingDirection,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        kind = type or self.get_binding_name()
        if kind is None:
            raise DeclarationError(f"binding {name!r}: expected a binding type, got none")
        if data_type is not None and data_type.__class__ is not DataType:
            data_type = member(data_type, DataType)
            if not isinstance(data_type, DataType):
                raise DeclarationError(
                    f"{kind} {name!r}: data_type: got {preview(data_type)}; expected a DataType"
                )
        self.name = name
        self.type = kind
        self.direction = direction._value_
        self.data_type = None if data_type is None else data_type._value_  # type: ignore[union-attr]
        record = {"direction": direction, "dataType": data_type, "type": kind, "name": name}
        if fields:
            record.update(fields)
        if extra:
            for parameter, value in extra.items():
                key = json_key(parameter)
                if key in record:
                    raise DeclarationError(
                        f"{kind} {name!r}: the extra field {parameter!r} would replace {key!r}, "
                        "which is given already"
                    )
                record[key] = value
        self._dict = record

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

    def get_dict_repr(self) -> dict[str, Any]:
        """The record by its JSON keys, without those that are None; enums stay members."""
        record = self._dict
        if self._parameters is not None:
            for parameter, value in self._parameter_values().items():
                record[json_key(parameter)] = value
        return {key: value for key, value in record.items() if value is not None}

    def json_text(self) -> str:
        """The record as JSON text; enum members by name.

        Raises:
            InvalidValueError: a value has no JSON form (a TypeError and ValueError).
        """
        parts = []
        for key, value in self.get_dict_repr().items():
            kind = value.__class__
            if kind is str:
                parts.append(f'"{key}": {quote(value)}')
            elif isinstance(value, Enum):
                parts.append(f'"{key}": "{value._name_}"')
            else:
                parts.append(f'"{key}": {self._json_value(key, value)}')
        return "{" + ", ".join(parts) + "}"

    def _json_value(self, key: str, value: Any) -> str:
        if value is True:
            return "true"
        if value is False:
            return "false"
        try:
            return _encode(value)
        except (TypeError, ValueError) as error:
            raise InvalidValueError.of(
                self.type, key, came=preview(value), expected="a value with a JSON form",
                remedy=str(error),
            ) from None

    def replaced(self, **fields: Any) -> Self:
        """Give a copy with other values for some JSON keys, in the same order."""
        copy = object.__new__(self.__class__)
        copy.__dict__.update(self.__dict__, _parameters=None)
        copy._dict = {**self._dict, **self.get_dict_repr(), **fields}
        return copy

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.type!r}, {self.name!r})"


def _json_default(value: object) -> object:
    if isinstance(value, Enum):
        return value.name
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None:
        return isoformat()
    raise TypeError(f"{value.__class__.__name__} has no JSON form")


_encode = json.JSONEncoder(default=_json_default).encode


@cache
def _parameter(key: str) -> str:
    """Give a Python name whose JSON key this is."""
    return re.sub("[A-Z]", lambda letter: "_" + letter[0].lower(), key)


class Trigger(Binding):
    """What makes a function run; every function has exactly one. For arguments see Binding."""

    direction = BindingDirection.IN.value

    def __init__(
        self,
        name: str,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        Binding.__init__(self, name, BindingDirection.IN, data_type, type, fields, extra)

    @staticmethod
    def is_supported_trigger_type(trigger_instance: Trigger, trigger_type: type[Trigger]) -> bool:
        """Whether a trigger is of a class, or generic and of the binding type it stands for."""
        return (
            isinstance(trigger_instance, trigger_type)
            or trigger_instance.type == trigger_type.get_binding_name()
        )


class InputBinding(Binding):
    """Data that a function is given besides its trigger. For arguments see Binding."""

    direction = BindingDirection.IN.value

    def __init__(
        self,
        name: str,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        Binding.__init__(self, name, BindingDirection.IN, data_type, type, fields, extra)


class OutputBinding(Binding):
    """Where a function's return value or ``Out`` parameter goes. For arguments see Binding."""

    direction = BindingDirection.OUT.value

    def __init__(
        self,
        name: str,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        Binding.__init__(self, name, BindingDirection.OUT, data_type, type, fields, extra)


class Setting(_Record):
    """Something set about a function that is not a binding, such as its retry policy.

    Args:
        setting_name: what is set, such as ``"retry_policy"``.
        fields: the setting's values by name. One that is None is left out.
    """

    _base_parameters = frozenset({"setting_name"})

    def __init__(self, setting_name: str, fields: Mapping[str, Any] | None = None) -> None:
        self.setting_name = setting_name
        self._dict: dict[str, Any] = {"setting_name": setting_name, **(fields or {})}

    def get_setting_name(self) -> str:
        """What is set."""
        return self.setting_name

    def get_dict_repr(self) -> dict[str, Any]:
        """The setting's name and values, without those that are None."""
        record = {**self._dict, **self._parameter_values()}
        return {key: value for key, value in record.items() if value is not None}

    def get_settings_value(self, settings_attribute_key: str) -> Any:
        """One value, None where there is none."""
        return self.get_dict_repr().get(settings_attribute_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.setting_name!r})"
