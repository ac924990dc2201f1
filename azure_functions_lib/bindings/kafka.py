"""Apache Kafka: events of a topic as trigger, events as output."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, ClassVar

from ..enums import (
    BrokerAuthenticationMode,
    BrokerProtocol,
    Cardinality,
    DataType,
    KafkaMessageKeyType,
    OAuthBearerMethod,
)
from ..errors import UnsupportedValueError, preview
from ..wire.codec import MessageOutput
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import OutputBinding, Trigger, member
from ..wire.fields import OWN_TYPES, field
from ..wire.messages import Body, EventCodec, Message, bodies_of, receiver
from ..wire.scalars import as_body, integer, items, text

__all__ = ["KafkaConverter", "KafkaEvent", "KafkaTriggerConverter"]


def _key(value: Any) -> str:
    if isinstance(value, bytes):  # a topic whose keys are binary
        try:
            return value.decode()
        except UnicodeDecodeError:
            raise ValueError("text, or bytes that are UTF-8") from None
    return text(value)


OWN_TYPES[_key] = str


class KafkaEvent(Message, binding="kafkaTrigger"):
    """An event of a Kafka topic.

    Built with each attribute below as a keyword argument, and with:

    Args:
        body: the content; text is encoded as UTF-8, a dict or list as JSON.
        metadata: the trigger metadata to show as :attr:`metadata`; unlike those of other bindings,
            its values are not converted: JSON stays text.

    Raises:
        InvalidValueError: an argument cannot be read as its field (a TypeError and ValueError).
    """

    _raw_metadata: ClassVar[bool] = True

    _body: Body = field(None, as_body, unsent=bytes, kw_only=False, alias="body")
    key: str | None = field("Key", _key, default=None, shown=True)
    """The event's key; None for an event without one, or with one that is not text (metadata
    ``Key``).
    """
    partition: int | None = field("Partition", integer, default=None, shown=True)
    """The partition's number (metadata ``Partition``)."""
    offset: int | None = field("Offset", integer, default=None, shown=True)
    """The event's number in its partition (metadata ``Offset``)."""
    topic: str | None = field("Topic", text, default=None, shown=True)
    """The topic's name (metadata ``Topic``)."""
    timestamp: str | None = field("Timestamp", text, default=None, shown=True)
    """When the event was made or stored, as the host writes it (metadata ``Timestamp``)."""
    headers: list[Any] | None = field("Headers", items, default=None)
    """One ``{"Key": name, "Value": value}`` for each header, the value in base64, as the host
    delivers them (metadata ``Headers``).
    """


_receive = receiver(KafkaEvent)


class KafkaCodec(EventCodec):
    """Events sent to a topic.

    An event with a key or headers goes as the JSON object that the host's Kafka extension takes
    for one, any other event as its body.
    """

    binding = "kafka"
    event = KafkaEvent
    accepts = (KafkaEvent,)
    accepts_many = (KafkaEvent,)
    takes = (
        "a payload of type 'string', 'bytes' or 'json' for one event, 'collection_string' or "
        "'collection_bytes' for a batch"
    )
    emits = (*MessageOutput.emits, KafkaEvent)
    emits_many = (*MessageOutput.emits_many, KafkaEvent)
    sends = f"KafkaEvent, {MessageOutput.sends}"

    @classmethod
    def form(cls, obj: Any) -> Any:
        """Give an event's body, or the extension's JSON object when it has a key or headers.

        The extension wants all of the object's members but ``Key``; it uses the value, the key and
        the headers, whose values it takes as plain text.
        """
        if not isinstance(obj, KafkaEvent):
            return obj
        if obj.key is None and not obj.headers:
            return obj.get_body()
        try:
            body = obj.get_body().decode()
        except UnicodeDecodeError:
            raise UnsupportedValueError.of(
                cls.binding,
                "body",
                came=preview(obj.get_body()),
                expected="UTF-8 text, since an event with a key or headers travels as JSON",
                remedy="Send the body without them, or all of it with a Kafka client",
            ) from None
        event = {
            "Offset": obj.offset or 0,
            "Partition": obj.partition or 0,
            "Topic": obj.topic or "",
            "Timestamp": obj.timestamp or "1970-01-01T00:00:00Z",
            "Value": body,
            **({} if obj.key is None else {"Key": obj.key}),
            "Headers": [cls._plain_header(header) for header in obj.headers or ()],
        }
        return cls.json_text(event)

    @classmethod
    def _plain_header(cls, header: Any) -> Mapping[str, str]:
        try:
            value = b64decode(header["Value"], validate=True).decode()
            return {"Key": text(header["Key"]), "Value": value}
        except (KeyError, TypeError, ValueError):
            raise UnsupportedValueError.of(
                cls.binding,
                "headers",
                came=preview(header),
                expected='{"Key": name, "Value": value}, the value base64 of UTF-8 text',
            ) from None


class KafkaTriggerCodec(KafkaCodec):
    """An event, or a batch of events, that triggers a function."""

    binding = "kafkaTrigger"

    @classmethod
    def decode(
        cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None
    ) -> KafkaEvent | list[KafkaEvent]:
        """Make the event or events; a single event's fields are read when they are asked for."""
        if trigger_metadata is None:
            return super().decode(data)  # type: ignore[no-any-return]
        kind = getattr(data, "type", None)
        if kind in ("string", "bytes", "json"):
            return _receive(data, trigger_metadata)
        if kind in ("collection_string", "collection_bytes"):
            every = [spec.wire for spec in KafkaEvent._sent.values()]
            return KafkaEvent._of_batch(bodies_of(data, cls.binding), trigger_metadata, exact=every)
        raise cls.unsupported_payload(data)


# The mirrored library's public names for its converters.
KafkaConverter = KafkaCodec
KafkaTriggerConverter = KafkaTriggerCodec


# -- Declarations --


def kafka_trigger(
    arg_name: str,
    topic: str,
    broker_list: str,
    event_hub_connection_string: str | None = None,
    consumer_group: str | None = None,
    avro_schema: str | None = None,
    key_avro_schema: str | None = None,
    key_data_type: KafkaMessageKeyType | str | None = KafkaMessageKeyType.STRING,
    username: str | None = None,
    password: str | None = None,
    ssl_key_location: str | None = None,
    ssl_ca_location: str | None = None,
    ssl_certificate_location: str | None = None,
    ssl_key_password: str | None = None,
    ssl_certificate_pem: str | None = None,
    ssl_key_pem: str | None = None,
    ssl_ca_pem: str | None = None,
    ssl_certificate_and_key_pem: str | None = None,
    schema_registry_url: str | None = None,
    schema_registry_username: str | None = None,
    schema_registry_password: str | None = None,
    o_auth_bearer_method: OAuthBearerMethod | str | None = None,
    o_auth_bearer_client_id: str | None = None,
    o_auth_bearer_client_secret: str | None = None,
    o_auth_bearer_scope: str | None = None,
    o_auth_bearer_token_endpoint_url: str | None = None,
    o_auth_bearer_extensions: str | None = None,
    authentication_mode: BrokerAuthenticationMode | str | None = "NotSet",
    protocol: BrokerProtocol | str | None = "NotSet",
    cardinality: Cardinality | str | None = "One",
    lag_threshold: int = 1000,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for events of a Kafka topic.

    ``%SETTING%`` stands for the value of an app setting in every text.

    Args:
        arg_name: the parameter that is given the event: a KafkaEvent, str or bytes; a list of
            these for a batch.
        topic: the topic.
        broker_list: the brokers, as ``host:port`` separated by commas, or the name of an app
            setting that holds them.
        event_hub_connection_string: the app setting with a connection string, when the topic is
            an event hub.
        consumer_group: the consumer group.
        avro_schema: the Avro schema of the value, as JSON text, for a generic record.
        key_avro_schema: the Avro schema of the key, as JSON text.
        key_data_type: the type of the key: ``"int"``, ``"long"``, ``"string"`` or ``"binary"``,
            in any letter case.
        username: the SASL user name, for PLAIN and SCRAM.
        password: the SASL password, for PLAIN and SCRAM.
        ssl_key_location: the path of the client's private key (PEM).
        ssl_ca_location: the path of the CA certificate that verifies the brokers.
        ssl_certificate_location: the path of the client's certificate.
        ssl_key_password: the password of the client's private key.
        ssl_certificate_pem: the client's certificate itself, in PEM.
        ssl_key_pem: the client's private key itself, in PEM.
        ssl_ca_pem: the CA certificate itself, in PEM.
        ssl_certificate_and_key_pem: the client's certificate and private key together, in PEM.
        schema_registry_url: the URL of the Avro schema registry.
        schema_registry_username: its user name.
        schema_registry_password: its password.
        o_auth_bearer_method: where an OAuth bearer token comes from: ``"default"`` or
            ``"oidc"``, in any letter case.
        o_auth_bearer_client_id: the client id for OIDC.
        o_auth_bearer_client_secret: the client secret for OIDC.
        o_auth_bearer_scope: the scope that the token is asked for.
        o_auth_bearer_token_endpoint_url: the URL of the issuer that gives the token.
        o_auth_bearer_extensions: further ``key=value`` pairs for the broker, separated by
            commas.
        authentication_mode: the SASL mechanism: ``"notset"``, ``"gssapi"``, ``"plain"``,
            ``"scramsha256"`` or ``"scramsha512"``, in any letter case.
        protocol: the security protocol: ``"notset"``, ``"plaintext"``, ``"ssl"``,
            ``"saslplaintext"`` or ``"saslssl"``, in any letter case.
        cardinality: ``"one"`` event at a time or ``"many"`` as a list, in any letter case.
        lag_threshold: how many unprocessed events one instance may have before the app is
            scaled out.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    key_data_type = member(key_data_type, KafkaMessageKeyType)
    o_auth_bearer_method = member(o_auth_bearer_method, OAuthBearerMethod)
    authentication_mode = member(authentication_mode, BrokerAuthenticationMode)
    protocol = member(protocol, BrokerProtocol)
    cardinality = member(cardinality, Cardinality)
    return Trigger.of_parameters("kafkaTrigger", locals())


def kafka_output(
    arg_name: str,
    topic: str,
    broker_list: str,
    avro_schema: str | None = None,
    key_avro_schema: str | None = None,
    key_data_type: KafkaMessageKeyType | str | None = KafkaMessageKeyType.STRING,
    username: str | None = None,
    password: str | None = None,
    ssl_key_location: str | None = None,
    ssl_ca_location: str | None = None,
    ssl_certificate_location: str | None = None,
    ssl_key_password: str | None = None,
    ssl_certificate_pem: str | None = None,
    ssl_key_pem: str | None = None,
    ssl_ca_pem: str | None = None,
    ssl_certificate_and_key_pem: str | None = None,
    schema_registry_url: str | None = None,
    schema_registry_username: str | None = None,
    schema_registry_password: str | None = None,
    o_auth_bearer_method: OAuthBearerMethod | str | None = None,
    o_auth_bearer_client_id: str | None = None,
    o_auth_bearer_client_secret: str | None = None,
    o_auth_bearer_scope: str | None = None,
    o_auth_bearer_token_endpoint_url: str | None = None,
    o_auth_bearer_extensions: str | None = None,
    max_message_bytes: int = 1_000_000,
    batch_size: int = 10_000,
    enable_idempotence: bool = False,
    message_timeout_ms: int = 300_000,
    request_timeout_ms: int = 5000,
    max_retries: int = 2_147_483_647,
    authentication_mode: BrokerAuthenticationMode | str | None = "NOTSET",
    protocol: BrokerProtocol | str | None = "NOTSET",
    linger_ms: int = 5,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
    """Send events to a Kafka topic.

    ``%SETTING%`` stands for the value of an app setting in every text.

    Args:
        arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
        topic: the topic.
        broker_list: the brokers, as ``host:port`` separated by commas, or the name of an app
            setting that holds them.
        avro_schema: the Avro schema of the value, as JSON text, for a generic record.
        key_avro_schema: the Avro schema of the key, as JSON text.
        key_data_type: the type of the key: ``"int"``, ``"long"``, ``"string"`` or ``"binary"``,
            in any letter case.
        username: the SASL user name, for PLAIN and SCRAM.
        password: the SASL password, for PLAIN and SCRAM.
        ssl_key_location: the path of the client's private key (PEM).
        ssl_ca_location: the path of the CA certificate that verifies the brokers.
        ssl_certificate_location: the path of the client's certificate.
        ssl_key_password: the password of the client's private key.
        ssl_certificate_pem: the client's certificate itself, in PEM.
        ssl_key_pem: the client's private key itself, in PEM.
        ssl_ca_pem: the CA certificate itself, in PEM.
        ssl_certificate_and_key_pem: the client's certificate and private key together, in PEM.
        schema_registry_url: the URL of the Avro schema registry.
        schema_registry_username: its user name.
        schema_registry_password: its password.
        o_auth_bearer_method: where an OAuth bearer token comes from: ``"default"`` or
            ``"oidc"``, in any letter case.
        o_auth_bearer_client_id: the client id for OIDC.
        o_auth_bearer_client_secret: the client secret for OIDC.
        o_auth_bearer_scope: the scope that the token is asked for.
        o_auth_bearer_token_endpoint_url: the URL of the issuer that gives the token.
        o_auth_bearer_extensions: further ``key=value`` pairs for the broker, separated by
            commas.
        max_message_bytes: the largest message, in bytes.
        batch_size: how many messages may be sent together.
        enable_idempotence: whether each message is written exactly once and in order.
        message_timeout_ms: how long a message may wait for delivery, in milliseconds.
        request_timeout_ms: how long to wait for the brokers' acknowledgement, in milliseconds.
        max_retries: how often to send a message again; more than 0 may change the order unless
            ``enable_idempotence`` is set.
        authentication_mode: the SASL mechanism: ``"notset"``, ``"gssapi"``, ``"plain"``,
            ``"scramsha256"`` or ``"scramsha512"``, in any letter case.
        protocol: the security protocol: ``"notset"``, ``"plaintext"``, ``"ssl"``,
            ``"saslplaintext"`` or ``"saslssl"``, in any letter case.
        linger_ms: how long to wait for more messages to send together, in milliseconds.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: an enum has no member of a name that is given (a KeyError and
            ValueError).
    """
    key_data_type = member(key_data_type, KafkaMessageKeyType)
    o_auth_bearer_method = member(o_auth_bearer_method, OAuthBearerMethod)
    authentication_mode = member(authentication_mode, BrokerAuthenticationMode)
    protocol = member(protocol, BrokerProtocol)
    return OutputBinding.of_parameters("kafka", locals())
