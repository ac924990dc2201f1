"""What bindings name: queues, blobs and tables, and the expressions in their names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..app import rules
from ..app.check import OUT, is_trigger
from ..app.spelling import meant
from ..bindings import Channel, binding_type
from ..delivery.expressions import BlobPattern, Template
from ..delivery.routes import http_trigger
from ..errors import DeclarationError

if TYPE_CHECKING:
    from ..app.loaded import LoadedFunction
    from ..app.problem import Problem
    from ..wire.declaration import Binding

__all__ = ["expressions", "names", "own_output", "parted", "place"]

_MORE_KEYS = ("partitionKey", "rowKey", "id")
_BUILT_IN = ("rand-guid", "datetime", "sys")

# What a trigger always gives; a queue's message gives the members of its JSON besides.
_GIVEN = {
    Channel.QUEUE: (
        "QueueTrigger",
        "DequeueCount",
        "ExpirationTime",
        "InsertionTime",
        "NextVisibleTime",
        "Id",
        "PopReceipt",
    ),
    Channel.BLOB: ("BlobTrigger", "Uri", "Properties", "Metadata"),
}


def parted(error: DeclarationError) -> tuple[str, str]:
    """Give the cause and the remedy of an error, also of one that has both in its text."""
    if error.remedy:
        return error.cause, error.remedy
    cause, found, remedy = error.cause.rpartition(". Write ")
    if not found:
        return error.cause, "Correct it"
    return cause, f"Write {remedy}"


def place(binding: Binding) -> tuple[str, str]:
    """Give the key and the text by which a binding says what it is about; empty without one."""
    record = binding.get_dict_repr()
    for key in binding_type(binding.type).place:
        value = record.get(key)
        if isinstance(value, str) and value:
            return key, value
    return "", ""


def expressions(function: LoadedFunction) -> Iterator[Problem]:
    """Find expressions that are none, and those whose value the trigger does not give."""
    trigger = function.trigger
    if trigger is None:
        return
    given, complete = _given(function, trigger)
    for binding in function.bindings:
        record = binding.get_dict_repr()
        for key in (*binding_type(binding.type).place, *_MORE_KEYS):
            text = record.get(key)
            if not isinstance(text, str) or binding_type(binding.type).occurs:
                continue
            if text.count("%") % 2:
                cause = f"{key} {text!r} has a '%' without its other one"
                yield rules.EXPRESSION(
                    function.name,
                    binding.name,
                    key=key,
                    cause=cause,
                    remedy="Write %NAME% for a setting; a '%' itself cannot be written",
                )
            channel = binding_type(binding.type).channel
            if is_trigger(binding) and "{" in text and channel not in (None, Channel.BLOB):
                yield rules.TRIGGER_EXPRESSION(function.name, binding.name, key=key, value=text)
            try:
                template = _template(binding, text)
            except DeclarationError as error:
                cause, remedy = parted(error)
                yield rules.EXPRESSION(
                    function.name, binding.name, key=key, cause=cause, remedy=remedy
                )
                continue
            if template is None:
                continue
            for name in sorted({each.path[0] for each in template.expressions}):
                problem = _unknown(name, given, complete)
                if problem is not None:
                    yield problem[0](
                        function.name,
                        binding.name,
                        key=key,
                        name=name,
                        type=trigger.type,
                        meant=problem[1],
                        known=", ".join(f"{{{each}}}" for each in (*given, *_BUILT_IN)),
                    )


def _template(binding: Binding, text: str) -> Template | None:
    """Read a binding's expressions; None where it says by them what the trigger gives."""
    if not is_trigger(binding):
        return Template.parse(text)
    if binding_type(binding.type).channel is Channel.BLOB:
        BlobPattern.parse(text)
    return None


def _given(function: LoadedFunction, trigger: Binding) -> tuple[tuple[str, ...], bool]:
    """Give the names that a trigger gives for sure, and whether there can be no others."""
    if http_trigger(function) is not None:
        route = trigger.get_dict_repr().get("route")
        found = re.findall(r"\{\*{0,2}([^*/?{}:=()]+)", route) if isinstance(route, str) else []
        return (*found, "Query", "Headers"), False
    kind = binding_type(trigger.type)
    given = _GIVEN.get(kind.channel, ()) if kind.channel else ()
    if kind.channel is Channel.BLOB:
        try:
            captures = BlobPattern.parse(place(trigger)[1]).captures
        except DeclarationError:  # a problem of its own
            return given, False
        # A blob that comes as text gives the members of its JSON too.
        return (*captures, *given), trigger.data_type is None and not _takes_text(function, trigger)
    if "schedule" in kind.place:
        given = ("TimerTrigger",)
    return given, kind.occurs


def _takes_text(function: LoadedFunction, trigger: Binding) -> bool:
    annotations = getattr(function.function, "__annotations__", {})
    return annotations.get(trigger.name) in (str, "str")


def _unknown(name: str, given: tuple[str, ...], complete: bool) -> tuple[rules.Rule, str] | None:
    known = {each.lower() for each in (*given, *_BUILT_IN)}
    if name.lower() in known or name.lower().startswith(_BUILT_IN[:2]):
        return None
    if complete:
        return rules.EXPRESSION_UNKNOWN, ""
    found = meant(name, given) or _nearly(name, given)
    return None if found is None else (rules.EXPRESSION_MISSPELT, found)


def _nearly(name: str, given: tuple[str, ...]) -> str | None:
    """Find a short name that has one letter doubled or exchanged for its neighbour."""
    for each in given:
        if sorted(each.lower()) == sorted(name.lower()):
            return each
        if len(each) > 1 and re.sub(r"(.)\1+", r"\1", name.lower()) == each.lower():
            return each
    return None


# -- Names

_QUEUE = re.compile(r"[a-z0-9](?:-?[a-z0-9])*")
_CONTAINER = re.compile(r"[a-z0-9](?:-?[a-z0-9])*|\$(?:root|web|logs)")
_TOOL = re.compile(r"[A-Za-z0-9_.-]{1,128}")  # SEP-986 of the Model Context Protocol
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_DASHES = "Write 3 to 63 letters in lower case, digits and single '-' between them"


def names(function: LoadedFunction) -> Iterator[Problem]:
    """Find names that Azure Storage does not take; those with expressions only it can tell."""
    for binding in function.bindings:
        channel = binding_type(binding.type).channel
        key, value = place(binding)
        if not value or "%" in value:
            continue
        if key == "toolName" and not _TOOL.fullmatch(value):
            yield rules.TOOL_NAME(function.name, binding.name, key=key, value=value)
        found = None
        if channel is Channel.QUEUE and "{" not in value:
            # The host writes them in lower case itself.
            if not (3 <= len(value) <= 63 and _QUEUE.fullmatch(value.lower())):
                found = "queue", _DASHES
        elif channel is Channel.TABLE and "{" not in value:
            if not (3 <= len(value) <= 63 and _TABLE.fullmatch(value)):
                found = "table", "Write 3 to 63 letters and digits, a letter first"
        elif channel is Channel.BLOB:
            container, slash, blob = value.partition("/")
            wrong = not (3 <= len(container) <= 63 and _CONTAINER.fullmatch(container))
            if container and "{" not in container and wrong:
                found = "blob", f"Write container/name; of the container: {_DASHES[6:]}"
            elif not is_trigger(binding) and not (slash and blob):
                found = "blob", f"Write the name of the blob too: {container}/name"
        if found is not None:
            what, remedy = found
            yield rules.STORAGE_NAME(
                function.name, binding.name, key=key, value=value, what=what, remedy=remedy
            )


def own_output(function: LoadedFunction) -> Iterator[Problem]:
    """Find outputs that trigger the function which writes them."""
    trigger = function.trigger
    if trigger is None:
        return
    kind = binding_type(trigger.type)
    key, source = place(trigger)
    if kind.channel not in (Channel.QUEUE, Channel.BLOB, Channel.SERVICE_BUS) or not source:
        return
    connection = trigger.get_dict_repr().get("connection")
    for binding in function.bindings:
        if binding.direction != OUT or binding_type(binding.type).channel is not kind.channel:
            continue
        target_key, target = place(binding)
        if target_key != key or binding.get_dict_repr().get("connection") != connection:
            continue
        if _reaches(kind.channel, target, source):
            yield rules.SAME_PLACE(function.name, binding.name, key=key, place=target)


def _reaches(channel: Channel, target: str, source: str) -> bool:
    if channel is not Channel.BLOB or target == source:
        return target.lower() == source.lower()
    try:
        pattern = BlobPattern.parse(source)
        parts = Template.parse(target.partition("/")[2]).parts
    except DeclarationError:
        return False
    sample = "".join(part if isinstance(part, str) else "x" for part in parts)
    return target.partition("/")[0] == pattern.container and pattern.match(sample) is not None
