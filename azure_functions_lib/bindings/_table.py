"""One row per binding file: the names it exports, the binding types it serves.

The public exports and the registry are made from these rows, and whoever sends payloads, lists
functions or waits for messages reads here what a type asks of them.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple


class Channel(Enum):
    """What carries the values of outputs to triggers and inputs: one for each service."""

    QUEUE = "queues"
    BLOB = "blobs"
    TABLE = "tables"
    SERVICE_BUS = "service-bus"
    EVENT_HUB = "event-hubs"
    KAFKA = "kafka"


class BindingType(NamedTuple):
    """What anyone else needs to know of a binding type.

    Attributes:
        codec: the class in the row's module that makes its values.
        content: the form in which its content travels unless ``dataType`` says another: ``text``
            where it is UTF-8, else bytes; ``json``, since its extension hands over objects or
            lists; or ``binary``.
        single: the metadata that always comes with one message. The codec tells a batch by the
            same name with ``Array`` appended.
        channel: what carries its values: those of an output come to the triggers and inputs of
            the same channel and place.
        place: the keys of which the first one set names the place.
        reader: the key that names one of several readers of a place, each of which gets all.
        event: the name of the builder in :mod:`azure_functions_lib.delivery.events`; that of a
            batch has ``_batch`` appended.
        members: further names by which binding expressions reach members of its JSON payload;
            ``""`` is the whole.
        occurs: whether the host sends it without content of anyone's, as it does a timer.
        parameter: the name that its parameter must have.
        listener: the module of ``host.listeners`` that waits for its occasions.
        mirrored: whether the mirrored registry has a codec for it. A worker serves a type that
            has none there by its own generic rule.
    """

    codec: str
    content: Literal["text", "json", "binary"] = "text"
    single: str = ""
    channel: Channel | None = None
    place: tuple[str, ...] = ()
    reader: str = ""
    event: str = "generic"
    members: tuple[tuple[str, str], ...] = ()
    occurs: bool = False
    parameter: str = ""
    listener: str = ""
    mirrored: bool = True


class Row(NamedTuple):
    """What one module brings to the package.

    Attributes:
        module: its name below the package.
        exports: the public names it gives to ``import azure_functions_lib``.
        types: what there is to know of each binding type that it serves.
    """

    module: str
    exports: tuple[str, ...] = ()
    types: dict[str, BindingType] = {}  # noqa: RUF012 - rows are constants


# Binding types whose values are plain text, bytes or JSON, so that they need no type of their own.
_PLAIN_TYPES = (
    "assistantCreate",
    "assistantPost",
    "assistantQuery",
    "daprBinding",
    "daprBindingTrigger",
    "daprInvoke",
    "daprPublish",
    "daprSecret",
    "daprServiceInvocationTrigger",
    "daprState",
    "daprTopicTrigger",
    "embeddings",
    "embeddingsStore",
    "generic",
    "semanticSearch",
    "sendGrid",
    "signalR",
    "signalRConnectionInfo",
    "signalREndpoints",
    "signalRNegotiation",
    "signalRTrigger",
    "textCompletion",
    "twilioSms",
)

ROWS: tuple[Row, ...] = (
    Row(
        "bindings.queue",
        exports=("QueueMessage",),
        types={
            "queueTrigger": BindingType(
                "QueueTriggerCodec",
                channel=Channel.QUEUE,
                place=("queueName",),
                event="queue",
                listener="queue",
            ),
            "queue": BindingType("QueueCodec", channel=Channel.QUEUE, place=("queueName",)),
        },
    ),
    Row(
        "bindings.blob",
        exports=("InputStream",),
        types={
            "blobTrigger": BindingType(
                "BlobTriggerCodec",
                "binary",
                channel=Channel.BLOB,
                place=("path",),
                event="blob",
                listener="blob",
            ),
            "blob": BindingType("BlobCodec", "binary", channel=Channel.BLOB, place=("path",)),
        },
    ),
    Row(
        "bindings.timer",
        exports=("TimerRequest",),
        types={
            "timerTrigger": BindingType(
                "TimerTriggerCodec",
                "json",
                place=("schedule",),
                event="timer",
                occurs=True,
                listener="timer",
            ),
        },
    ),
    Row(
        "bindings.service_bus",
        exports=("ServiceBusMessage",),
        types={
            "serviceBusTrigger": BindingType(
                "ServiceBusTriggerCodec",
                single="UserProperties",
                channel=Channel.SERVICE_BUS,
                place=("queueName", "topicName"),
                reader="subscriptionName",
                event="service_bus",
            ),
            "serviceBus": BindingType(
                "ServiceBusCodec", channel=Channel.SERVICE_BUS, place=("queueName", "topicName")
            ),
        },
    ),
    Row(
        "bindings.event_hub",
        exports=("EventHubEvent",),
        types={
            "eventHubTrigger": BindingType(
                "EventHubTriggerCodec",
                single="SystemProperties",
                channel=Channel.EVENT_HUB,
                place=("eventHubName",),
                event="event_hub",
            ),
            "eventHub": BindingType(
                "EventHubCodec", channel=Channel.EVENT_HUB, place=("eventHubName",)
            ),
        },
    ),
    Row(
        "bindings.kafka",
        exports=("KafkaConverter", "KafkaEvent", "KafkaTriggerConverter"),
        types={
            "kafkaTrigger": BindingType(
                "KafkaTriggerCodec", channel=Channel.KAFKA, place=("topic",), event="kafka"
            ),
            "kafka": BindingType("KafkaCodec", channel=Channel.KAFKA, place=("topic",)),
        },
    ),
    Row(
        "bindings.event_grid",
        exports=("CloudEvent", "EventGridEvent", "EventGridOutputEvent"),
        types={
            "eventGridTrigger": BindingType("EventGridTriggerCodec", "json", event="event_grid"),
            "eventGrid": BindingType("EventGridCodec"),
        },
    ),
    Row(
        "bindings.cosmos_db",
        exports=("Document", "DocumentList"),
        types={
            "cosmosDBTrigger": BindingType(
                "CosmosDBTriggerCodec",
                "json",
                place=("containerName", "collectionName"),
                event="cosmos_db",
            ),
            "cosmosDB": BindingType(
                "CosmosDBCodec", "json", place=("containerName", "collectionName")
            ),
        },
    ),
    Row(
        "bindings.sql",
        exports=("MySqlRow", "MySqlRowList", "SqlRow", "SqlRowList"),
        types={
            "sql": BindingType("SqlCodec", "json"),
            "sqlTrigger": BindingType(
                "SqlTriggerCodec", "json", place=("tableName",), event="sql", mirrored=False
            ),
            "mysqlTrigger": BindingType(
                "MySqlTriggerCodec", "json", place=("tableName",), event="mysql"
            ),
            "mysql": BindingType("MySqlCodec", "json"),
        },
    ),
    Row(
        "bindings.table",
        types={
            "table": BindingType(
                "TableCodec", "json", channel=Channel.TABLE, place=("tableName",), mirrored=False
            ),
        },
    ),
    Row(
        "bindings.connectors",
        types={"connectorTrigger": BindingType("ConnectorTriggerCodec", event="connector")},
    ),
    Row(
        "bindings.warmup",
        exports=("WarmUpContext",),
        types={
            "warmupTrigger": BindingType("WarmUpTriggerCodec", "json", event="warmup", occurs=True),
        },
    ),
    Row(
        "bindings.durable",
        exports=("EntityContext", "OrchestrationContext"),
        types={
            "orchestrationTrigger": BindingType(
                "OrchestrationTriggerCodec", event="orchestration", parameter="context"
            ),
            "entityTrigger": BindingType("EntityTriggerCodec", event="entity", parameter="context"),
            "activityTrigger": BindingType("ActivityTriggerCodec", "json", event="activity"),
            "durableClient": BindingType("DurableClientCodec", event="durable_client", occurs=True),
        },
    ),
    Row(
        "bindings.mcp",
        exports=("MCPToolContext", "PromptArgument", "PromptInvocationContext", "mcp_content"),
        types={
            "mcpToolTrigger": BindingType(
                "McpToolTriggerCodec",
                "json",
                place=("toolName",),
                event="mcp_tool",
                members=(
                    ("mcptoolcontext", ""),
                    ("mcptoolargs", "arguments"),
                    ("mcpsessionid", "sessionid"),
                ),
            ),
            "mcpPromptTrigger": BindingType(
                "McpPromptTriggerCodec", "json", place=("promptName",), event="mcp_prompt"
            ),
            "mcpResourceTrigger": BindingType(
                "McpResourceTriggerCodec", "json", place=("uri",), event="mcp_resource"
            ),
        },
    ),
    Row(
        "bindings.dapr",
    ),
    Row(
        "bindings.openai",
    ),
    Row(
        "http.codec",
        types={
            "httpTrigger": BindingType("HttpTriggerCodec", event="http"),
            "http": BindingType("HttpCodec"),
        },
    ),
    Row(
        "bindings.generic",
        types={
            "assistantSkillTrigger": BindingType("GenericCodec", "json", mirrored=False),
            **dict.fromkeys(_PLAIN_TYPES, BindingType("GenericCodec", mirrored=False)),
        },
    ),
)

CORE: tuple[Row, ...] = (
    Row(
        "app.apps",
        exports=(
            "AsgiFunctionApp",
            "Blueprint",
            "ExternalHttpFunctionApp",
            "FunctionApp",
            "FunctionRegister",
            "WsgiFunctionApp",
        ),
    ),
    Row("app.around", exports=("CallNext",)),
    Row("app.container", exports=("DecoratorApi", "SettingsApi")),
    Row("app.decorators", exports=("BindingApi", "TriggerApi")),
    Row("app.function", exports=("Function", "FunctionBuilder")),
    Row("bindings", exports=("get_binding_registry", "register_converter")),
    Row("compat", exports=("install_as_azure_functions",)),
    Row(
        "enums",
        exports=(
            "AccessRights",
            "AuthLevel",
            "BindingDirection",
            "BlobSource",
            "BrokerAuthenticationMode",
            "BrokerProtocol",
            "Cardinality",
            "CosmosDBChangeFeedMode",
            "DataType",
            "DeliveryMode",
            "HttpMethod",
            "InputType",
            "KafkaMessageKeyType",
            "McpPropertyType",
            "OAuthBearerMethod",
            "OpenAIModels",
        ),
    ),
    Row(
        "extension",
        exports=(
            "AppExtensionBase",
            "ExtensionMeta",
            "FuncExtensionBase",
            "FunctionExtensionException",
        ),
    ),
    Row("http.limits", exports=("http_limits",)),
    Row("http.request", exports=("HttpRequest",)),
    Row("http.response", exports=("HttpResponse",)),
    Row("middleware.asgi", exports=("AsgiMiddleware",)),
    Row("middleware.wsgi", exports=("WsgiMiddleware",)),
    Row("context", exports=("Context", "RetryContext", "TraceContext")),
    Row("out", exports=("Out",)),
)
"""The modules that serve no binding but export public names."""
