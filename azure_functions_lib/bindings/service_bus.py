"""Azure Service Bus: messages of queues and topics as trigger, messages as output."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ..enums import AccessRights, Cardinality, DataType
from ..errors import UnsupportedPayloadError
from ..wire.codec import Codec, MessageOutput
from ..wire.datum import Datum, DatumLike, TriggerMetadata
from ..wire.declaration import OutputBinding, Trigger, member
from ..wire.fields import field
from ..wire.messages import Message, bodies_of, receiver
from ..wire.scalars import integer, mapping, text, timespan, utc_timestamp

__all__ = ["ServiceBusMessage"]


class ServiceBusMessage(
    Message, binding="serviceBusTrigger", shown_as="azure.functions.ServiceBusMessage"
):
    """A message of a Service Bus queue or topic.

    Times are aware, in UTC. What the host did not send is None, :attr:`application_properties`,
    :attr:`user_properties` and :attr:`message_id` too, although it sends these with every message.

    Built with each attribute below as a keyword argument, and with:

    Args:
        body: the content; text is encoded as UTF-8, a dict or list as JSON.
        metadata: the trigger metadata to show as :attr:`metadata`.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    application_properties: dict[str, Any] = field(
        "ApplicationProperties", mapping, default=dict, unsent=None
    )
    """The sender's own properties (metadata ``ApplicationProperties``)."""
    content_type: str | None = field("ContentType", text, default=None)
    """The content's media type, as the sender gave it (RFC 2045) (metadata ``ContentType``)."""
    correlation_id: str | None = field("CorrelationId", text, default=None)
    """The sender's id for what the message belongs to (metadata ``CorrelationId``)."""
    dead_letter_error_description: str | None = field(
        "DeadLetterErrorDescription", text, default=None
    )
    """Why the message was moved to the dead-letter queue, in words (metadata
    ``DeadLetterErrorDescription``).
    """
    dead_letter_reason: str | None = field("DeadLetterReason", text, default=None)
    """Why the message was moved to the dead-letter queue (metadata ``DeadLetterReason``)."""
    dead_letter_source: str | None = field("DeadLetterSource", text, default=None)
    """The queue or subscription it was in before it was moved there (metadata
    ``DeadLetterSource``).
    """
    delivery_count: int | None = field("DeliveryCount", integer, default=None)
    """How often the message has been delivered, this time included (metadata ``DeliveryCount``)."""
    enqueued_sequence_number: int | None = field("EnqueuedSequenceNumber", integer, default=None)
    """Its number where it was first enqueued (metadata ``EnqueuedSequenceNumber``)."""
    enqueued_time_utc: datetime | None = field("EnqueuedTimeUtc", utc_timestamp, default=None)
    """When the broker accepted the message (metadata ``EnqueuedTimeUtc``)."""
    expires_at_utc: datetime | None = field("ExpiresAtUtc", utc_timestamp, default=None)
    """When the broker will drop the message (metadata ``ExpiresAtUtc``)."""
    label: str | None = field("Label", text, default=None)
    """The sender's subject, under the name it had in older libraries (metadata ``Label``)."""
    locked_until: datetime | None = field("LockedUntil", utc_timestamp, default=None)
    """Until when the message is locked for this receiver (metadata ``LockedUntil``)."""
    lock_token: str | None = field("LockToken", text, default=None)
    """The token needed to settle the message (metadata ``LockToken``)."""
    message_id: str = field("MessageId", text, default="", unsent=None, shown=True)
    """The sender's id of the message, for duplicate detection (metadata ``MessageId``)."""
    partition_key: str | None = field("PartitionKey", text, default=None)
    """What the message's partition is chosen by (metadata ``PartitionKey``)."""
    reply_to: str | None = field("ReplyTo", text, default=None)
    """The queue or topic to which an answer is to be sent (metadata ``ReplyTo``)."""
    reply_to_session_id: str | None = field("ReplyToSessionId", text, default=None)
    """The session to which an answer is to be sent (metadata ``ReplyToSessionId``)."""
    scheduled_enqueue_time_utc: datetime | None = field(
        "ScheduledEnqueueTimeUtc", utc_timestamp, default=None
    )
    """When the message becomes visible, if it is sent ahead of time (metadata
    ``ScheduledEnqueueTimeUtc``).
    """
    sequence_number: int | None = field("SequenceNumber", integer, default=None)
    """The broker's number of the message, unique in its entity (metadata ``SequenceNumber``)."""
    session_id: str | None = field("SessionId", text, default=None)
    """The session the message belongs to (metadata ``SessionId``)."""
    state: int | None = field("State", integer, default=None)
    """0 for an active, 1 for a deferred, 2 for a scheduled message (metadata ``State``)."""
    subject: str | None = field("Subject", text, default=None)
    """The sender's subject (metadata ``Subject``)."""
    time_to_live: timedelta | None = field("TimeToLive", timespan, default=None)
    """How long the message is kept after it was enqueued (metadata ``TimeToLive``)."""
    to: str | None = field("To", text, default=None)
    """The address the message is meant for; the broker does not act on it (metadata ``To``)."""
    transaction_partition_key: str | None = field("TransactionPartitionKey", text, default=None)
    """The partition by which it takes part in a transaction (metadata
    ``TransactionPartitionKey``).
    """
    user_properties: dict[str, Any] = field("UserProperties", mapping, default=dict, unsent=None)
    """The sender's own properties, under the name they had in older libraries (metadata
    ``UserProperties``).
    """

    @property
    def expiration_time(self) -> datetime | None:
        """The older name of :attr:`expires_at_utc`."""
        return self.expires_at_utc

    @property
    def scheduled_enqueue_time(self) -> datetime | None:
        """The older name of :attr:`scheduled_enqueue_time_utc`."""
        return self.scheduled_enqueue_time_utc

    @property
    def force_persistence(self) -> bool:
        """Not known: the host does not send it.

        Raises:
            UnsupportedPayloadError: always (a NotImplementedError).
        """
        raise UnsupportedPayloadError.of(
            "serviceBusTrigger",
            "ForcePersistence",
            came="nothing",
            expected="a property that the host sends: it does not send this one",
        )


_receive = receiver(ServiceBusMessage)


class ServiceBusTriggerCodec(Codec):
    """A message, or a batch of messages, that triggers a function."""

    binding = "serviceBusTrigger"
    accepts = (ServiceBusMessage,)
    accepts_many = (ServiceBusMessage,)
    takes = (
        "a payload of type 'string', 'bytes' or 'json' with metadata UserProperties for one "
        "message, or of type 'collection_string', 'collection_bytes' or 'json' with metadata "
        "UserPropertiesArray for a batch"
    )

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> ServiceBusMessage | list[ServiceBusMessage]:
        """Make the message or messages; the metadata tells which it is.

        A single message's fields are read when they are asked for. A JSON batch's bodies are
        written as JSON again: the host has parsed them, so spaces, escapes and the form of numbers
        may differ from what was sent.
        """
        # No datum is an empty message.
        kind = "string" if data is None else getattr(data, "type", None)
        metadata = trigger_metadata or {}
        if "UserProperties" in metadata:
            if kind in ("string", "bytes", "json"):
                return _receive(data or Datum(b"", "bytes"), metadata)
        elif "UserPropertiesArray" in metadata and kind in (
            "collection_string",
            "collection_bytes",
            "json",
        ):
            return ServiceBusMessage._of_batch(
                bodies_of(data, cls.binding), metadata, exact=("UserProperties",)
            )
        raise cls.unsupported_payload(data)


class ServiceBusCodec(MessageOutput):
    """Messages sent to a queue or topic."""

    binding = "serviceBus"
    emits = (*MessageOutput.emits, ServiceBusMessage)
    emits_many = (*MessageOutput.emits_many, ServiceBusMessage)
    sends = f"ServiceBusMessage, {MessageOutput.sends}"

    # What a sender sets. The broker gives every message its own values of the other fields.
    _sender_fields = (
        "application_properties",
        "content_type",
        "correlation_id",
        "label",
        "message_id",
        "partition_key",
        "reply_to",
        "reply_to_session_id",
        "scheduled_enqueue_time_utc",
        "session_id",
        "subject",
        "time_to_live",
        "to",
        "transaction_partition_key",
        "user_properties",
    )

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give a message's body; refuse a message whose properties would be lost."""
        if not isinstance(obj, ServiceBusMessage):
            return obj
        cls.refuse_lost(obj, cls._sender_fields, "azure-servicebus")
        return obj.get_body()


# -- Declarations --


def service_bus_queue_trigger(
    arg_name: str,
    connection: str,
    queue_name: str,
    data_type: DataType | str | None = None,
    access_rights: AccessRights | str | None = None,
    is_sessions_enabled: bool | None = None,
    cardinality: Cardinality | str | None = None,
    auto_complete_messages: bool | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for messages of a Service Bus queue.

    Args:
        arg_name: the parameter that is given the message: a ServiceBusMessage, str or bytes; a
            list of these for a batch.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        queue_name: the queue.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        access_rights: the rights of the connection: ``"manage"`` or ``"listen"``, in any letter
            case; None means manage. Only version 1 of the host reads it.
        is_sessions_enabled: whether the queue or subscription has sessions; None means no.
        cardinality: ``"one"`` message at a time or ``"many"`` as a list, in any letter case;
            None means one.
        auto_complete_messages: whether the host completes a message when the function has
            returned; None leaves it to ``host.json``.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    access_rights = member(access_rights, AccessRights)
    cardinality = member(cardinality, Cardinality)
    return Trigger.of_parameters("serviceBusTrigger", locals())


def service_bus_topic_trigger(
    arg_name: str,
    connection: str,
    topic_name: str,
    subscription_name: str,
    data_type: DataType | str | None = None,
    access_rights: AccessRights | str | None = None,
    is_sessions_enabled: bool | None = None,
    cardinality: Cardinality | str | None = None,
    auto_complete_messages: bool | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for messages of a Service Bus topic.

    Args:
        arg_name: the parameter that is given the message: a ServiceBusMessage, str or bytes; a
            list of these for a batch.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        topic_name: the topic.
        subscription_name: the subscription of the topic.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        access_rights: the rights of the connection: ``"manage"`` or ``"listen"``, in any letter
            case; None means manage. Only version 1 of the host reads it.
        is_sessions_enabled: whether the queue or subscription has sessions; None means no.
        cardinality: ``"one"`` message at a time or ``"many"`` as a list, in any letter case;
            None means one.
        auto_complete_messages: whether the host completes a message when the function has
            returned; None leaves it to ``host.json``.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    access_rights = member(access_rights, AccessRights)
    cardinality = member(cardinality, Cardinality)
    return Trigger.of_parameters("serviceBusTrigger", locals())


def service_bus_queue_output(
    arg_name: str,
    connection: str,
    queue_name: str,
    data_type: DataType | str | None = None,
    access_rights: AccessRights | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send messages to a Service Bus queue.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        queue_name: the queue.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        access_rights: the rights of the connection: ``"manage"`` or ``"listen"``, in any letter
            case; None means manage. Only version 1 of the host reads it.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    access_rights = member(access_rights, AccessRights)
    return OutputBinding.of_parameters("serviceBus", locals())


def service_bus_topic_output(
    arg_name: str,
    connection: str,
    topic_name: str,
    subscription_name: str | None = None,
    data_type: DataType | str | None = None,
    access_rights: AccessRights | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send messages to a Service Bus topic.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        connection: the app setting, or the common prefix of app settings, that holds the
            connection.
        topic_name: the topic.
        subscription_name: the subscription; an output sends to the topic and needs none.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        access_rights: the rights of the connection: ``"manage"`` or ``"listen"``, in any letter
            case; None means manage. Only version 1 of the host reads it.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    access_rights = member(access_rights, AccessRights)
    return OutputBinding.of_parameters("serviceBus", locals())
