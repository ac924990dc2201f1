"""What functions have sent to the triggers of other functions, until it is delivered."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..bindings import Channel, binding_type
from ..delivery.payloads import cardinality
from ..errors import InvocationError
from ..wire.datum import Datum, python_value
from ..wire.declaration import RETURN
from ..wire.jsontext import dump_json

if TYPE_CHECKING:
    from ..app.loaded import LoadedApp
    from ..runtime.invocation import Invocation
    from ..wire.declaration import Binding

__all__ = ["Pending"]

_SETTING = re.compile("%([^%]+)%")


class _Channel(NamedTuple):
    service: Channel
    name: str


def _channel(binding: Binding) -> _Channel | None:
    kind, record = binding_type(binding.type), binding.get_dict_repr()
    if kind.channel in (None, Channel.BLOB, Channel.TABLE):
        return None
    for key in kind.place:
        if record.get(key):
            name = _SETTING.sub(lambda found: os.environ.get(found[1], found[0]), str(record[key]))
            return _Channel(kind.channel, name.lower())
    return None


class Pending:
    """The messages that wait for the functions that they trigger.

    Args:
        app: the app.
    """

    def __init__(self, app: LoadedApp) -> None:
        self._consumers: dict[_Channel, list[tuple[str, bool]]] = {}
        for function in app.functions.values():
            trigger = function.trigger
            channel = _channel(trigger) if trigger is not None else None
            if trigger is not None and channel is not None and not function.disabled:
                consumer = (function.name, cardinality(trigger) == "many")
                self._consumers.setdefault(channel, []).append(consumer)
        # What no function is triggered by is not kept.
        self._outputs: dict[str, list[tuple[str, _Channel]]] = {}
        for function in app.functions.values():
            for binding in function.bindings:
                channel = _channel(binding) if binding is not function.trigger else None
                if channel in self._consumers and channel is not None:
                    sent = (binding.name, channel)
                    self._outputs.setdefault(function.name, []).append(sent)
        self._messages: dict[_Channel, list[Any]] = {channel: [] for channel in self._consumers}
        self._due: dict[_Channel, deque[tuple[str, Any]]] = {
            channel: deque() for channel in self._consumers
        }

    def add(self, invocation: Invocation) -> None:
        """Keep what an invocation has sent."""
        for name, channel in self._outputs.get(invocation.function_name, ()):
            datum = invocation.outputs.get(name)
            if name == RETURN:
                datum = invocation.return_value
            if datum is not None:
                self._messages[channel].extend(_messages(datum, channel.service))

    def deliveries(self, name: str, limit: int) -> Iterator[tuple[str, Any]]:
        """Give function and message, or list of messages, as long as there are messages.

        What is not asked for, since a function has failed, is given the next time.

        Raises:
            InvocationError: there is no such queue, or more than ``limit`` deliveries.
        """
        channels = [channel for channel in self._consumers if channel.name == name.lower()]
        if not channels:
            known = ", ".join(sorted({repr(channel.name) for channel in self._consumers}))
            raise InvocationError(
                f"no function is triggered by {name!r}. There are triggers for: {known or 'none'}"
            )
        count = 0
        while due := self._next(channels):
            if count >= limit:
                raise InvocationError(
                    f"{name!r} still has messages after {limit} deliveries. Does a function send "
                    "to what triggers it? Give a higher limit if not"
                )
            count += 1
            yield due.popleft()

    def _next(self, channels: list[_Channel]) -> deque[tuple[str, Any]] | None:
        """Give the deliveries of the first of several channels that has some."""
        for channel in channels:
            due, messages = self._due[channel], self._messages[channel]
            if not due and messages:
                self._messages[channel] = []
                due.extend(self._of(channel, messages))
            if due:
                return due
        return None

    def _of(self, channel: _Channel, messages: list[Any]) -> Iterator[tuple[str, Any]]:
        # Each of several subscriptions of a topic, or consumer groups, gets every message.
        for function, many in self._consumers[channel]:
            if many:
                yield function, messages
            else:
                for message in messages:
                    yield function, message


def _messages(datum: Datum, service: Channel) -> Iterator[Any]:
    """Give the messages that an output's payload is split into by the host."""
    value = python_value(datum)
    several = datum.type in ("json", "list") or str(datum.type).startswith("collection_")
    for item in value if several and isinstance(value, list) else [value]:
        yield _message(item, service)


def _message(item: Any, service: Channel) -> Any:
    if service is Channel.QUEUE and isinstance(item, dict) and item.keys() == {"id", "body"}:
        return item["body"]
    if service is Channel.KAFKA and isinstance(item, str) and '"Value"' in item:
        return _kafka_event(item)
    return item if isinstance(item, (str, bytes)) else dump_json(item)


def _kafka_event(text: str) -> Any:
    """Read the JSON object in which an event with key and headers goes to the host."""
    from base64 import b64encode

    from ..bindings.kafka import KafkaEvent
    from ..wire.jsontext import parse_json

    try:
        event = parse_json(text)
        headers = [
            {"Key": header["Key"], "Value": b64encode(header["Value"].encode()).decode()}
            for header in event["Headers"]
        ]
        return KafkaEvent(event["Value"], key=event.get("Key"), headers=headers)
    except (AttributeError, KeyError, TypeError, ValueError):
        return text
