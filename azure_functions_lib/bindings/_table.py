"""One row per binding file: the names it exports, the binding types it serves, its decorators.

The public exports, the registry and the typed decorator methods are all made from these rows.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """What one module brings to the package.

    Attributes:
        module: its name below the package.
        exports: the public names it gives to ``import azure_functions_lib``.
        codecs: binding type -> codec class, as workers find them in the registry.
        unlisted: binding type -> codec class, for types that the mirrored registry lacks.
        decorators: the declaration functions that become decorator methods.
    """

    module: str
    exports: tuple[str, ...] = ()
    codecs: dict[str, str] = {}  # noqa: RUF012 - rows are constants
    unlisted: dict[str, str] = {}  # noqa: RUF012
    decorators: tuple[str, ...] = ()


# Binding types whose values are plain text, bytes or JSON, so that they need no type of their own.
_PLAIN_TYPES = (
    "assistantCreate",
    "assistantPost",
    "assistantQuery",
    "assistantSkillTrigger",
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
        codecs={"queueTrigger": "QueueTriggerCodec", "queue": "QueueCodec"},
        decorators=("queue_trigger", "queue_output"),
    ),
    Row(
        "bindings.blob",
        exports=("InputStream",),
        codecs={"blobTrigger": "BlobTriggerCodec", "blob": "BlobCodec"},
        decorators=("blob_trigger", "blob_input", "blob_output"),
    ),
    Row(
        "bindings.timer",
        exports=("TimerRequest",),
        codecs={"timerTrigger": "TimerTriggerCodec"},
        decorators=("timer_trigger", "schedule"),
    ),
    Row(
        "bindings.service_bus",
        exports=("ServiceBusMessage",),
        codecs={"serviceBusTrigger": "ServiceBusTriggerCodec", "serviceBus": "ServiceBusCodec"},
        decorators=(
            "service_bus_queue_trigger",
            "service_bus_queue_output",
            "service_bus_topic_trigger",
            "service_bus_topic_output",
        ),
    ),
    Row(
        "bindings.event_hub",
        exports=("EventHubEvent",),
        codecs={"eventHubTrigger": "EventHubTriggerCodec", "eventHub": "EventHubCodec"},
        decorators=("event_hub_message_trigger", "event_hub_output"),
    ),
    Row(
        "bindings.kafka",
        exports=("KafkaConverter", "KafkaEvent", "KafkaTriggerConverter"),
        codecs={"kafkaTrigger": "KafkaTriggerCodec", "kafka": "KafkaCodec"},
        decorators=("kafka_trigger", "kafka_output"),
    ),
    Row(
        "bindings.event_grid",
        exports=("CloudEvent", "EventGridEvent", "EventGridOutputEvent"),
        codecs={"eventGridTrigger": "EventGridTriggerCodec", "eventGrid": "EventGridCodec"},
        decorators=("event_grid_trigger", "event_grid_output"),
    ),
    Row(
        "bindings.cosmos_db",
        exports=("Document", "DocumentList"),
        codecs={"cosmosDBTrigger": "CosmosDBTriggerCodec", "cosmosDB": "CosmosDBCodec"},
        decorators=(
            "cosmos_db_trigger",
            "cosmos_db_trigger_v3",
            "cosmos_db_input",
            "cosmos_db_input_v3",
            "cosmos_db_output",
            "cosmos_db_output_v3",
        ),
    ),
    Row(
        "bindings.sql",
        exports=("MySqlRow", "MySqlRowList", "SqlRow", "SqlRowList"),
        codecs={
            "sql": "SqlCodec",
            "mysqlTrigger": "MySqlTriggerCodec",
            "mysql": "MySqlCodec",
        },
        unlisted={"sqlTrigger": "SqlTriggerCodec"},
        decorators=(
            "sql_trigger",
            "sql_input",
            "sql_output",
            "mysql_trigger",
            "mysql_input",
            "mysql_output",
        ),
    ),
    Row(
        "bindings.table",
        unlisted={"table": "TableCodec"},
        decorators=("table_input", "table_output"),
    ),
    Row(
        "bindings.connectors",
        codecs={"connectorTrigger": "ConnectorTriggerCodec"},
        decorators=("connector_trigger",),
    ),
    Row(
        "bindings.warmup",
        exports=("WarmUpContext",),
        codecs={"warmupTrigger": "WarmUpTriggerCodec"},
        decorators=("warm_up_trigger",),
    ),
    Row(
        "bindings.durable",
        exports=("EntityContext", "OrchestrationContext"),
        codecs={
            "orchestrationTrigger": "OrchestrationTriggerCodec",
            "entityTrigger": "EntityTriggerCodec",
            "activityTrigger": "ActivityTriggerCodec",
            "durableClient": "DurableClientCodec",
        },
        decorators=(
            "orchestration_trigger",
            "entity_trigger",
            "activity_trigger",
            "durable_client_input",
        ),
    ),
    Row(
        "bindings.mcp",
        exports=("MCPToolContext", "PromptArgument", "PromptInvocationContext", "mcp_content"),
        codecs={
            "mcpToolTrigger": "McpToolTriggerCodec",
            "mcpPromptTrigger": "McpPromptTriggerCodec",
            "mcpResourceTrigger": "McpResourceTriggerCodec",
        },
        decorators=(
            "mcp_tool_trigger",
            "mcp_tool",
            "mcp_tool_property",
            "mcp_prompt_trigger",
            "mcp_resource_trigger",
        ),
    ),
    Row(
        "bindings.dapr",
        decorators=(
            "dapr_binding_trigger",
            "dapr_service_invocation_trigger",
            "dapr_topic_trigger",
            "dapr_state_input",
            "dapr_secret_input",
            "dapr_state_output",
            "dapr_binding_output",
            "dapr_invoke_output",
            "dapr_publish_output",
        ),
    ),
    Row(
        "bindings.openai",
        decorators=(
            "assistant_skill_trigger",
            "assistant_query_input",
            "assistant_post_input",
            "text_completion_input",
            "embeddings_input",
            "semantic_search_input",
            "assistant_create_output",
            "embeddings_store_output",
        ),
    ),
    Row("http.declaration", decorators=("route",)),
    Row("http.codec", codecs={"httpTrigger": "HttpTriggerCodec", "http": "HttpCodec"}),
    Row(
        "bindings.generic",
        unlisted=dict.fromkeys(("generic", *_PLAIN_TYPES), "GenericCodec"),
        decorators=("generic_trigger", "generic_input_binding", "generic_output_binding"),
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
    Row("app.decorators", exports=("BindingApi", "DecoratorApi", "SettingsApi", "TriggerApi")),
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
    Row("http.request", exports=("HttpRequest",)),
    Row("http.response", exports=("HttpResponse",)),
    Row("middleware.asgi", exports=("AsgiMiddleware",)),
    Row("middleware.wsgi", exports=("WsgiMiddleware",)),
    Row("context", exports=("Context", "RetryContext", "TraceContext")),
    Row("out", exports=("Out",)),
)
"""The modules that serve no binding but export public names."""
