"""What is declared about a function: the records that ``function.json`` holds.

A record keeps its JSON keys in the order in which they are written: ``direction``, ``dataType``,
``type``, ``name``, then the binding's own keys, then the extra ones of the user.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from functools import cache
from json.encoder import encode_basestring_ascii as _quote
from operator import attrgetter

from ..enums import BindingDirection, DataType, StringifyEnum
from ..errors import DeclarationError, InvalidValueError, UnknownNameError, preview
from .jsontext import json_writer

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
    found: Any = kind._member_map_  # to ask the class itself takes three times as long
    try:
        return found[value.upper()]  # type: ignore[no-any-return]
    except KeyError:
        names = ", ".join(kind.__members__)
        raise UnknownNameError(
            f"{kind.__name__}: got {value!r}; expected one of {names}, in any letter case"
        ) from None


def members(values: Iterable[_E | str] | _E | None, kind: type[_E]) -> list[_E | None] | None:
    """Find several enum members, or one by itself; see :func:`member`.

    Raises:
        DeclarationError: the values are no list.
    """
    if values is None:
        return None
    if not isinstance(values, str):  # not its letters
        found: Any = kind._member_map_
        several: Any = values
        try:
            return [
                found.get(value) or member(value, kind) if type(value) is str else value
                for value in several
            ]
        except TypeError:
            if not isinstance(values, kind):
                names = ", ".join(kind.__members__)
                raise DeclarationError(
                    f"{kind.__name__}: got {preview(values)}; expected a list of {names}"
                ) from None
    return [member(values, kind)]


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


@cache
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


_accepted_names: set[str] = set()  # of bindings: an app has few different ones


def check_binding_name(name: str) -> None:
    """Check a binding's name against the host's rule (since its version 4.1038).

    Raises:
        DeclarationError: it is not ``$return``, nor up to 128 letters, digits and single
            underscores of which the first is no digit.
    """
    if isinstance(name, str):
        if name in _accepted_names:
            return
        if _BINDING_NAME.fullmatch(name):
            _accepted_names.add(name)
            return
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
    if isinstance(name, str):
        # Most names are a function's own; to look at these takes half the time of the expression.
        if (
            name.isidentifier()
            and name.isascii()
            and name[0] != "_"
            and (len(name) < 4 or 4 < len(name) < 129)
        ):
            return
        if _FUNCTION_NAME.fullmatch(name):
            return
    raise DeclarationError(
        f"function name {name!r}: the host accepts a letter followed by at most 127 letters, "
        "digits, '_' and '-', except 'host'",
        "Give another one with @app.function_name",
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
        if self._parameters is None:
            return {}
        return {
            name: getattr(self, name, None)
            for name in self._parameters
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
        fields: the binding's own JSON keys and values, kept as they are. One that is None is not
            written.
        extra: further values by Python parameter name, from the user.

    Attributes:
        name: as above.
        type: as above.
        direction: 0 in, 1 out, 2 inout.
        data_type: 0 undefined, 1 string, 2 binary, 3 stream, or None.

    All other fields can be read as attributes under their Python names: ``trigger.queue_name``.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType.
        DeclarationError: the type is missing, or an extra value has no usable name.
    """

    _base_parameters = frozenset({"name", "data_type", "direction", "type"})

    name: str
    type: str
    data_type: int | None = None
    _text: str | None = None
    _direction: BindingDirection
    _fields: Mapping[str, Any]

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
        self._declare(name, data_type, type, fields, extra)

    def _declare(
        self,
        name: str,
        data_type: DataType | str | None = None,
        type: str | None = None,
        fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        kind = type or self.get_binding_name()
        if not isinstance(kind, str):
            raise DeclarationError(
                f"binding {name!r}: type: got {preview(kind)}; expected a binding type such as "
                "'queueTrigger'"
            )
        self.name = name
        self.type = kind
        self._fields = fields or {}
        if data_type is not None:
            member_of = member(data_type, DataType)
            if not isinstance(member_of, DataType):
                raise DeclarationError(
                    f"{kind} {name!r}: data_type: got {preview(data_type)}; expected a DataType"
                )
            self.data_type = member_of.value
        if extra:
            if not hasattr(extra, "items"):
                raise DeclarationError(
                    f"{kind} {name!r}: extra fields: got {preview(extra)}; expected a dict"
                )
            record = self._record()
            for parameter, value in extra.items():
                key = json_key(parameter)
                if key in record:
                    if record[key] == value:  # said twice, such as type="eventGridTrigger"
                        continue
                    raise DeclarationError(
                        f"{kind} {name!r}: the extra field {parameter!r} would replace {key!r}, "
                        "which is given already"
                    )
                record[key] = value
                self._fields = {**self._fields, key: value}

    def _record(self) -> dict[str, Any]:
        """Everything by its JSON keys, in the order in which it is written."""
        record: dict[str, Any] = {"direction": self._direction}
        if self.data_type is not None:
            record["dataType"] = DataType(self.data_type)
        record["type"] = self.type
        record["name"] = self.name
        record.update(self._fields)  # all of the record, once _dict has been asked for
        for parameter, value in self._parameter_values().items():
            record[json_key(parameter)] = value
        return record

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
        return ["data_type", *(_parameter(key) for key in self._record() if key != "dataType")]

    def __getattr__(self, name: str) -> Any:
        # Reached only for what is not an attribute of its own: a field, under its Python name.
        if name == "_dict":
            # Under this name azurefunctions-extensions-base reads the record, and writes into it.
            self._dict: dict[str, Any] = self._record()
            self._fields, self._text = self._dict, None
            return self._dict
        if not name.startswith("_"):
            key = json_key(name)
            if key in self._fields:
                return self._fields[key]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def get_dict_repr(self) -> dict[str, Any]:
        """The record by its JSON keys, without those that are None; enums stay members."""
        return {key: value for key, value in self._record().items() if value is not None}

    def json_text(self) -> str:
        """The record as JSON text; enum members by name, dates and times in ISO 8601.

        Raises:
            InvalidValueError: a value has no JSON form (a TypeError and ValueError).
        """
        if self._text is not None:
            return self._text
        fields = self._fields
        if self._parameters is not None:
            fields = {
                **fields,
                **{json_key(name): value for name, value in self._parameter_values().items()},
            }
        try:
            if "direction" in fields:  # the record itself, which may be written into again
                return _write(self.get_dict_repr())
            text = _start(self._direction._name_, self.data_type, self.type, self.name)
            for key, value in fields.items():
                if type(value) is str:
                    text += _KEYS[key] + _quote(value)
                elif value is not None:
                    text += _KEYS[key] + _WRITERS.get(type(value), _write)(value)
            text += "}"
        except (AttributeError, TypeError, ValueError, RecursionError):
            # A value that is neither JSON nor an enum member, or one that contains itself.
            text = self._unusual_text(self.get_dict_repr())
        if self._parameters is None:
            self._text = text
        return text

    def _unusual_text(self, record: dict[str, Any]) -> str:
        parts = []
        for key, value in record.items():
            try:
                parts.append(f"{json.dumps(key)}: {json.dumps(value, default=_json_default)}")
            except (TypeError, ValueError, RecursionError):
                raise InvalidValueError.of(
                    f"{self.type} {self.name!r}",
                    key,
                    came=preview(value),
                    expected="a value with a JSON form",
                ) from None
        return "{" + ", ".join(parts) + "}"

    def completed(self, fields: Mapping[str, Any]) -> Self:
        """Give a copy in which JSON keys that have no value get one; itself when none lacks one."""
        own = self._fields
        if self._parameters is not None:
            own = {json_key(key): value for key, value in self._parameter_values().items()}
            own = {**self._fields, **own}
        for key in fields:
            if own.get(key) is None:
                break
        else:
            return self
        completed = {**own}
        for key, value in fields.items():
            if own.get(key) is None:
                completed[key] = value
        copy = object.__new__(self.__class__)
        if self._parameters is None:
            copy.name, copy.type, copy.data_type = self.name, self.type, self.data_type
        else:
            copy.__dict__.update(self.__dict__, _parameters=None)
            copy.__dict__.update((_parameter(key), completed[key]) for key in fields)
        copy._fields = completed
        return copy

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


_write = json_writer(attrgetter("_name_"))


# What bindings mostly hold; the writer of all values takes more than twice the time for these.
_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _quote,
    bool: lambda value: "true" if value else "false",
    list: lambda value: (
        f"[{', '.join([_WRITERS.get(type(item), _write)(item) for item in value])}]"
    ),
    **dict.fromkeys(StringifyEnum.__subclasses__(), attrgetter("_json")),
}


class _Keys(dict[str, str]):
    def __missing__(self, key: str) -> str:
        self[key] = text = f", {_quote(key)}: "
        return text


_KEYS = _Keys()


@cache  # the functions of an app are alike
def _start(direction: str, data_type: int | None, type: str, name: str) -> str:
    """Give the start of a binding's JSON text, up to its own keys."""
    kind = "" if data_type is None else f'"dataType": "{DataType(data_type).name}", '
    return f'{{"direction": "{direction}", {kind}"type": {_quote(type)}, "name": {_quote(name)}'


@cache
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
        self._declare(name, data_type, type, fields, extra)

    if not TYPE_CHECKING:
        # The same, one call less: this runs for every decorator of an app.
        __init__ = Binding._declare


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
