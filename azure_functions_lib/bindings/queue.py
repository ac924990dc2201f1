"""Azure Storage queues: a message as trigger, messages as output."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..enums import DataType
from ..wire.codec import Codec, MessageOutput, item_fits
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import OutputBinding, Trigger
from ..wire.fields import field
from ..wire.messages import Message, receiver
from ..wire.scalars import integer, text, timestamp

__all__ = ["QueueMessage"]


class QueueMessage(Message, binding="queueTrigger"):
    """A message of a storage queue.

    Built with each attribute below as a keyword argument, and with:

    Args:
        body: the content; text is encoded as UTF-8, a dict or list as JSON.
        metadata: the trigger metadata to show as :attr:`metadata`.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    id: str | None = field("Id", text, default=None, shown=True)
    """The message's id, given by the queue (metadata ``Id``)."""
    dequeue_count: int | None = field("DequeueCount", integer, default=None, shown=True)
    """How often the message has been taken from the queue, this time included (metadata
    ``DequeueCount``).
    """
    expiration_time: datetime | None = field("ExpirationTime", timestamp, default=None)
    """When the queue will drop the message (metadata ``ExpirationTime``)."""
    insertion_time: datetime | None = field("InsertionTime", timestamp, default=None, shown=True)
    """When it was put into the queue (metadata ``InsertionTime``)."""
    time_next_visible: datetime | None = field("NextVisibleTime", timestamp, default=None)
    """When it will become visible again unless it is deleted (metadata ``NextVisibleTime``)."""
    pop_receipt: str | None = field("PopReceipt", text, default=None)
    """The receipt needed to delete or update it (metadata ``PopReceipt``)."""


_receive = receiver(QueueMessage)


class QueueTriggerCodec(Codec):
    """A queue message that triggers a function."""

    binding = "queueTrigger"
    accepts = (QueueMessage,)
    takes = "a payload of type 'string' or 'bytes'"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> QueueMessage:
        """Make the message; its fields are read from the metadata when they are asked for."""
        if getattr(data, "type", None) not in ("string", "bytes"):
            raise cls.unsupported_payload(data)
        return _receive(data, trigger_metadata)


class QueueCodec(MessageOutput):
    """Messages put into a queue."""

    binding = "queue"
    emits = (*MessageOutput.emits, QueueMessage)
    emits_many = (*MessageOutput.emits_many, QueueMessage)
    sends = f"QueueMessage, {MessageOutput.sends}"

    @classmethod
    def check_output_type_annotation(cls, pytype: object) -> bool:
        """Whether a worker may load the function.

        The mirrored library refuses ``List[QueueMessage]``, although it sends such a list.
        """
        return super().check_output_type_annotation(pytype) and not item_fits(
            pytype, (QueueMessage,), every=True
        )

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give a QueueMessage the form in which the host's queue collector takes it."""
        if not isinstance(obj, QueueMessage):
            return obj
        try:
            return {"id": obj.id, "body": obj.get_body().decode()}
        except UnicodeDecodeError:
            raise cls.unsupported_value(obj) from None


# -- Declarations --


def queue_trigger(
    arg_name: str,
    queue_name: str,
    connection: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for each message of a storage queue.

    Args:
        arg_name: the parameter that is given the message: a QueueMessage, str or bytes.
        queue_name: the queue; ``%SETTING%`` stands for the value of an app setting.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger.of_parameters("queueTrigger", locals())


def queue_output(
    arg_name: str,
    queue_name: str,
    connection: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Put messages into a storage queue.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        queue_name: the queue; ``{property}`` stands for a value of the trigger.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return OutputBinding.of_parameters("queue", locals())
