"""Places of a test client's storage, as a test looks at them: queues, blobs and tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..bindings import Channel, binding_type
from ..delivery.channels import Place, decoded, entities, entity_values, split_path
from ..delivery.occasions import body_of
from ..delivery.storage import NotFoundError
from ..wire.datum import Datum
from ..wire.jsontext import dump_json
from ..wire.messages import Message
from .arguments import mapping, refused, some_message
from .waitless import now

if TYPE_CHECKING:
    from .deliveries import Deliveries

__all__ = ["BlobPlace", "QueuePlace", "TablePlace"]


class QueuePlace:
    """A queue, topic, event hub or Kafka topic.

    Args:
        deliveries: what keeps it.
        name: its name; a poison queue and ``<queue>/$deadletterqueue`` have one, too.
    """

    def __init__(self, deliveries: Deliveries, name: str) -> None:
        self._deliveries = deliveries
        self.name = name

    @property
    def messages(self) -> list[str | bytes]:
        """The messages that wait here, the next one first: text, or bytes that are no text.

        Those that have failed and come again later are among them. Each subscription of a topic
        has its own.
        """
        is_base64 = self._deliveries.dispatcher.options.queues.is_base64
        storage, name = self._deliveries.storage, self.name.lower()
        bodies = [decoded(each.text, is_base64=is_base64)[0] for each in storage.queues.all(name)]
        for kept in now(storage.bus.names()):
            service, _, path = kept.partition("/")
            of_a_subscription = path.startswith(f"{name}/subscriptions/")
            if service != Channel.BLOB.value and (
                path == name or (of_a_subscription and not path.endswith("/$deadletterqueue"))
            ):
                bodies += [body_of(message.text) for message in storage.bus.all(kept)]
        for stream in now(storage.streams.names()):
            if stream.partition("/")[2] == name:
                done = self._position(stream)
                events = now(storage.streams.read(stream, after=done, count=2**31))
                bodies += [body_of(event.text) for event in events]
        return bodies

    def _position(self, stream: str) -> int:
        """How far all of a stream's readers have come."""
        streams = self._deliveries.storage.streams
        sources = self._deliveries.dispatcher.sources
        readers = [each.function.name for each in sources if each.name == stream]
        return min((now(streams.position(stream, reader)) for reader in readers), default=0)

    @property
    def failures(self) -> list[str | None]:
        """The traceback of what made each message of a poison queue, or None."""
        deliveries, name = self._deliveries, self.name.lower()
        found = []
        for queues, kept in (
            (deliveries.storage.queues, name),
            (deliveries.storage.bus, f"{Channel.SERVICE_BUS.value}/{name}"),
        ):
            for message in queues.all(kept):
                found.append(message.failure)
        return found

    def put(self, message: Any) -> None:
        """Send a message, as another program would.

        Args:
            message: text or bytes, or a message with a body; any other value goes as JSON.

        Raises:
            InvalidValueError: it is None, which no host sends, has no JSON form, is a list of
                messages, or a message of another service (a TypeError and ValueError).
        """
        dispatcher, name = self._deliveries.dispatcher, self.name.lower()
        places = [each.place for each in dispatcher.sources if each.place.name == name]
        place = places[0] if places else Place(Channel.QUEUE, name)
        now(dispatcher.send(place, [self._body(place, message)]))

    def _body(self, place: Place, message: Any) -> str | bytes:
        where = f"queue {self.name!r}"
        some_message(where, message)
        if isinstance(message, (str, bytes)):
            return message
        if isinstance(message, Message):
            if binding_type(message._binding).channel is place.channel:
                return message.get_body()
            expected = f"a message of {place.channel.value}, since it is one of these"
            raise refused(where, "message", message, expected)
        items = message if isinstance(message, (list, tuple)) else ()
        if any(isinstance(each, Message) for each in items):
            raise refused(where, "message", message, "one message. Call put for each of several")
        try:
            return dump_json(message)
        except (TypeError, ValueError) as error:
            expected = f"text, bytes, a message or a value with a JSON form ({error})"
            raise refused(where, "message", message, expected) from None

    def __repr__(self) -> str:
        return f"<queue {self.name!r}: {len(self.messages)} messages>"


class BlobPlace:
    """A blob.

    Args:
        deliveries: what keeps it.
        path: container and name.

    Raises:
        DeclarationError: the path has no container, or no name.
    """

    def __init__(self, deliveries: Deliveries, path: str) -> None:
        self._deliveries = deliveries
        self.container, self.name = split_path(path)

    @property
    def exists(self) -> bool:
        """Whether there is such a blob."""
        try:
            self.read()
        except NotFoundError:
            return False
        return True

    def read(self) -> bytes:
        """Give its content.

        Raises:
            NotFoundError: there is no such blob.
        """
        return now(self._deliveries.storage.blobs.read(self.container, self.name)).content

    def text(self) -> str:
        """Give its content as UTF-8 text; errors as :meth:`read`."""
        return self.read().decode()

    def write(self, content: bytes | str) -> None:
        """Make the blob, or replace it; functions that it triggers wait for ``drain``.

        Raises:
            InvalidValueError: the content is neither bytes nor text (a TypeError and ValueError).
        """
        data = content.encode() if isinstance(content, str) else content
        if not isinstance(data, (bytes, bytearray, memoryview)):
            raise refused(f"blob {self.container}/{self.name}", "content", content, "bytes or text")
        now(self._deliveries.dispatcher.write_blob(self.container, self.name, data))

    def delete(self) -> None:
        """Delete the blob; errors as :meth:`read`."""
        now(self._deliveries.storage.blobs.delete(self.container, self.name))

    def __repr__(self) -> str:
        return f"<blob {self.container}/{self.name}>"


class TablePlace:
    """A table.

    Args:
        deliveries: what keeps it.
        name: its name.
    """

    def __init__(self, deliveries: Deliveries, name: str) -> None:
        self._tables = deliveries.storage.tables
        self.name = name

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows by their keys, with ``PartitionKey`` and ``RowKey``."""
        return [entity_values(entity) for entity in self._tables.all(self.name)]

    def put(self, row: Mapping[str, Any]) -> None:
        """Add a row, or replace the one with its keys.

        Raises:
            InvalidValueError: it is no mapping of values with a JSON form (a TypeError and
                ValueError).
            InvocationError: it lacks ``PartitionKey`` or ``RowKey``.
        """
        where = f"table {self.name!r}"
        values = dict(mapping(where, "row", row))
        try:
            sent = dump_json(values)
        except (TypeError, ValueError) as error:
            raise refused(where, "row", row, f"values with a JSON form ({error})") from None
        now(self._tables.create(self.name))
        for entity in entities(Datum(sent, "json")):
            now(self._tables.upsert(self.name, entity))

    def __repr__(self) -> str:
        return f"<table {self.name!r}: {len(self.rows)} rows>"
