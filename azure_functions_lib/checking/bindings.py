"""What is wrong with the bindings of one function, by the table of bindings."""

from __future__ import annotations

import collections.abc
import typing
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..app import rules
from ..app.check import OUT, is_trigger, shown
from ..app.signature import EMPTY, Signature, has_implicit_output, read_signature
from ..app.spelling import meant
from ..bindings import binding_type, binding_types, get_binding_registry
from ..bindings import cardinality as declared_cardinality
from ..delivery.routes import http_trigger
from ..errors import preview
from ..wire.codec import annotated_types

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..app.problem import Problem
    from ..wire.declaration import Binding

__all__ = [
    "cardinality",
    "connections",
    "flags",
    "is_connection",
    "misspelt_keys",
    "required_keys",
    "results",
]

_COMMON_KEYS = ("connection", "cardinality", "consumerGroup", "dataType", "direction", "name")
_HTTP_KEYS = {"route", "methods", "authLevel"}


def required_keys(function: LoadedFunction) -> Iterator[Problem]:
    """Find bindings that do not say which queue, which path, or which schedule they mean."""
    for binding in function.bindings:
        kind, record = binding_type(binding.type), binding.get_dict_repr()
        keys = kind.place
        if keys and not any(record.get(key) for key in keys):
            yield _missing(function, binding, keys, "tells what the binding is about")
        several = len(keys) > 1 and record.get(keys[1])
        if is_trigger(binding) and kind.reader and several and not record.get(kind.reader):
            yield _missing(function, binding, [kind.reader], "tells who of several reads there")
        for key in keys:
            value = record.get(key)
            if value is not None and not isinstance(value, str):
                yield rules.KEY_NO_TEXT(function.name, binding.name, key=key, value=preview(value))


def _missing(function: LoadedFunction, binding: Binding, keys: Sequence[str], what: str) -> Problem:
    rule = rules.TRIGGER_KEY_MISSING if is_trigger(binding) else rules.KEY_MISSING
    several = " or ".join(keys)
    return rule(
        function.name, binding.name, key=keys[0], type=binding.type, keys=several, what=what
    )


def misspelt_keys(function: LoadedFunction) -> Iterator[Problem]:
    """Find keys of function.json that are nearly known ones; decorators refuse theirs."""
    if function.json_file is None:
        return
    for binding in function.bindings:
        kind, record = binding_type(binding.type), binding.get_dict_repr()
        known = {*kind.place, *_COMMON_KEYS, *([kind.reader] if kind.reader else [])}
        if http_trigger(function) is binding:
            known |= _HTTP_KEYS
        for key in record.keys() - known:
            found = meant(key, known)
            if found is not None and found.lower() != key.lower():
                yield rules.KEY_MISSPELT(
                    function.name, binding.name, key=key, type=binding.type, meant=found
                )


# Whether the host is to do something; the decorators of others than these have no such keys.
_FLAGS = ("runOnStartup", "useMonitor", "isSessionsEnabled", "autoCompleteMessages")


def flags(function: LoadedFunction) -> Iterator[Problem]:
    """Find words where true or false is to stand."""
    for binding in function.bindings:
        record = binding.get_dict_repr()
        for key in _FLAGS:
            value = record.get(key)
            if value is not None and str(value).lower() not in ("true", "false"):
                yield rules.FLAG(function.name, binding.name, key=key, value=preview(value))


# -- One or many


def cardinality(function: LoadedFunction) -> Iterator[Problem]:
    """Find annotations of one message where a list comes, and the other way round."""
    trigger = function.trigger
    if trigger is None:
        return
    many = getattr(get_binding_registry().codec(trigger.type), "accepts_many", ())
    declared = declared_cardinality(trigger)
    if not many:
        return
    if declared not in ("one", "many", "none"):
        value = preview(trigger.get_dict_repr().get("cardinality"))
        yield rules.CARDINALITY_VALUE(function.name, trigger.name, key="cardinality", value=value)
        return
    signature = _signature(function)
    hint = EMPTY if signature is None else signature.hints.get(trigger.name, EMPTY)
    forms = {_form(part, many) for part in annotated_types(hint)}
    if declared == "many" and forms == {"one"}:
        yield rules.CARDINALITY_MANY(
            function.name, trigger.name, key="cardinality", type=trigger.type, shown=shown(hint)
        )
    elif forms == {"many"} and (
        # A connector posts several events at once, whatever it is asked to poll.
        declared == "one" or (declared == "none" and binding_type(trigger.type).channel is not None)
    ):
        item = shown(typing.get_args(annotated_types(hint)[0])[0])
        yield rules.CARDINALITY_ONE(
            function.name,
            trigger.name,
            key="cardinality",
            type=trigger.type,
            item=item,
            shown=shown(hint),
        )


def _form(annotation: Any, kinds: tuple[type, ...]) -> str:
    """Say whether an annotation means one message, many, or does not say it."""
    if annotation in kinds:
        return "one"
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if (
        isinstance(origin, type)
        and issubclass(origin, collections.abc.Iterable)
        and any(part in kinds for arg in args for part in annotated_types(arg))
    ):
        return "many"
    return "unknown"


def _signature(function: LoadedFunction) -> Signature | None:
    if function.function is None:
        return None
    try:
        return read_signature(function.function)
    except (TypeError, ValueError):  # a problem of its own
        return None


# -- Results


def results(function: LoadedFunction) -> Iterator[Problem]:
    """Find functions whose result nothing takes, which fails every invocation."""
    if function.returns is not None or function.unreadable_bindings or function.trigger is None:
        return
    codecs = [get_binding_registry().codec(each.type) for each in function.bindings]
    known = binding_types()
    if any(map(has_implicit_output, codecs)) or any(
        each.type not in known for each in function.bindings
    ):
        return
    signature = _signature(function)
    hint = EMPTY if signature is None else signature.hints.get("return", EMPTY)
    parts = annotated_types(hint)
    if hint is EMPTY or all(part in (None, type(None), Any, typing.NoReturn) for part in parts):
        return
    outputs = [each for each in function.bindings if each.direction == OUT]
    if http_trigger(function) is not None and not outputs:
        yield rules.NO_HTTP_OUTPUT(function.name, shown=shown(hint))
    else:
        yield rules.RETURN_WITHOUT_BINDING(function.name, shown=shown(hint))


# -- Connections


def is_connection(key: str, value: object) -> bool:
    """Whether a key of a binding has the name of a setting, such as ``connection``."""
    word = key.lower()
    return (
        isinstance(value, str)
        and bool(value)
        and (
            word.endswith(("connection", "connectionstringsetting", "keysetting"))
            or word in ("topicendpointuri", "apikey", "accountsid", "authtoken")
        )
    )


def connections(function: LoadedFunction) -> Iterator[Problem]:
    """Find connection strings, and ``%NAME%``, where the name of a setting belongs."""
    for binding in function.bindings:
        for key, value in binding.get_dict_repr().items():
            if not is_connection(key, value):
                continue
            if "=" in value or "://" in value:
                yield rules.CONNECTION_STRING(function.name, binding.name, key=key)
            elif len(value) > 2 and value[0] == value[-1] == "%":
                yield rules.CONNECTION_PERCENT(
                    function.name, binding.name, key=key, value=value, name=value.strip("%")
                )
