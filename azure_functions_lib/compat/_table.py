"""What ``azure.functions`` has under its dotted names, and where it is here.

Modules are named relative to ``azure.functions``, places relative to this package; a place that
begins with a dot is another of these modules.
"""

from __future__ import annotations

NAMES: dict[str, dict[str, str]] = {
    "": {
        "": (
            "AccessRights AppExtensionBase AsgiFunctionApp AsgiMiddleware AuthLevel BindingApi "
            "BlobSource Blueprint Cardinality CloudEvent Context CosmosDBChangeFeedMode DataType "
            "DecoratorApi DeliveryMode Document DocumentList EntityContext EventGridEvent "
            "EventGridOutputEvent EventHubEvent ExtensionMeta ExternalHttpFunctionApp "
            "FuncExtensionBase Function FunctionApp FunctionExtensionException FunctionRegister "
            "HttpMethod HttpRequest HttpResponse InputStream KafkaEvent MCPToolContext "
            "McpPropertyType MySqlRow MySqlRowList OrchestrationContext Out PromptArgument "
            "PromptInvocationContext QueueMessage ServiceBusMessage SettingsApi SqlRow SqlRowList "
            "TimerRequest TriggerApi WsgiFunctionApp WsgiMiddleware get_binding_registry "
            "mcp_content register_converter"
        ),
        ".kafka": "KafkaConverter KafkaTriggerConverter",
    },
    "_abc": {
        "": (
            "CloudEvent Context Document DocumentList EventGridEvent EventGridOutputEvent "
            "EventHubEvent HttpRequest HttpResponse InputStream OrchestrationContext Out "
            "QueueMessage ServiceBusMessage TimerRequest"
        ),
        "context": "RetryContext TraceContext",
        "compat.values": "RpcException Serializable",
        "compat.jsonutils": "json",
    },
    "_blob": {"": "InputStream"},
    "_cosmosdb": {"": "Document DocumentList", "compat.jsonutils": "json"},
    "_durable_functions": {
        "bindings.durable": "EntityContext OrchestrationContext",
        "bindings._durable_json": (
            "df_dumps df_loads _serialize_custom_object _deserialize_custom_object "
            "_get_serialize_default _STRICT_ENV_VAR"
        ),
    },
    "_eventgrid": {
        "": "CloudEvent EventGridEvent EventGridOutputEvent",
        "wire.fields": "_serialize_value=plain",
    },
    "_eventhub": {"": "EventHubEvent", "wire.fields": "_serialize_value=plain"},
    "_http": {
        "": "HttpRequest HttpResponse",
        "http.headers": "BaseHeaders=HttpRequestHeaders HttpRequestHeaders HttpResponseHeaders",
        "compat.jsonutils": "json",
    },
    "_http_asgi": {
        "": "Context HttpRequest HttpResponse",
        "middleware.asgi": "ASGI_SPEC_VERSION ASGI_VERSION AsgiMiddleware AsgiRequest AsgiResponse",
        "middleware.wsgi": "WsgiRequest",
    },
    "_http_wsgi": {
        "": "Context HttpRequest HttpResponse",
        "middleware.wsgi": ("WsgiMiddleware WsgiRequest WsgiResponse wsgi_encoding_dance=_native"),
        "compat.values": "linesep",
    },
    "_jsonutils": {
        "compat.jsonutils": (
            "JsonInterface OrJsonAdapter StdJsonAdapter dumps json json_impl loads"
        ),
    },
    "_kafka": {"bindings.kafka": "AbstractKafkaEvent=KafkaEvent"},
    "_mysql": {
        "bindings.sql": (
            "BaseMySqlRow=MySqlRow BaseMySqlRowList=MySqlRowList MySqlRow MySqlRowList"
        ),
        "wire.fields": "_serialize_value=plain",
        "compat.jsonutils": "json",
    },
    "_queue": {
        "": "QueueMessage",
        "wire.fields": "_serialize_value=plain",
        "compat.jsonutils": "json",
    },
    "_servicebus": {"": "ServiceBusMessage", "wire.fields": "_serialize_value=plain"},
    "_sql": {
        "bindings.sql": "BaseSqlRow=SqlRow BaseSqlRowList=SqlRowList SqlRow SqlRowList",
        "wire.fields": "_serialize_value=plain",
        "compat.jsonutils": "json",
    },
    "_timer": {"": "TimerRequest"},
    "_utils": {
        "compat.values": "try_parse_datetime_with_formats try_parse_timedelta_with_formats",
        "wire.fields": "_serialize_value=plain",
    },
    "blob": {"": "InputStream", "wire.fields": "_serialize_value=plain"},
    "connectors": {},
    "cosmosdb": {"": "CosmosDBChangeFeedMode", "compat.jsonutils": "json"},
    "decorators": {
        "": (
            "AccessRights AsgiFunctionApp AuthLevel BindingApi BlobSource Blueprint Cardinality "
            "CosmosDBChangeFeedMode DataType DecoratorApi DeliveryMode ExternalHttpFunctionApp "
            "Function FunctionApp FunctionRegister HttpMethod McpPropertyType PromptArgument "
            "SettingsApi TriggerApi WsgiFunctionApp"
        )
    },
    "decorators.blob": {},
    "decorators.connectors": {"compat.utils": "parse_singular_param_to_enum"},
    "decorators.constants": {},
    "decorators.core": {
        "": (
            "AccessRights AuthLevel BindingDirection BlobSource Cardinality CosmosDBChangeFeedMode "
            "DataType DeliveryMode McpPropertyType"
        ),
        "app.function": "SCRIPT_FILE_NAME",
        "compat.utils": "ABCBuildDictMeta to_camel_case",
        "enums": "StringifyEnum",
        "wire.declaration": "Binding InputBinding OutputBinding Setting Trigger",
    },
    "decorators.cosmosdb": {},
    "decorators.dapr": {},
    "decorators.eventgrid": {},
    "decorators.eventhub": {},
    "decorators.function_app": {
        "": (
            "AsgiFunctionApp AsgiMiddleware BindingApi Blueprint Context DecoratorApi "
            "ExternalHttpFunctionApp Function FunctionApp FunctionBuilder FunctionRegister "
            "HttpRequest MCPToolContext SettingsApi TriggerApi WsgiFunctionApp WsgiMiddleware"
        ),
        "app.apps": "HttpFunctionsAuthLevelMixin",
    },
    "decorators.function_name": {
        "compat.declarations": "FUNCTION_NAME FunctionName",
        "wire.declaration": "Setting",
    },
    "decorators.generic": {},
    "decorators.http": {"": "HttpMethod"},
    "decorators.kafka": {
        "": "BrokerAuthenticationMode BrokerProtocol KafkaMessageKeyType OAuthBearerMethod"
    },
    "decorators.mcp": {
        "": "MCPToolContext PromptArgument mcp_content",
        "compat.tools": (
            "build_property_metadata check_as_array check_is_required check_property_type "
            "has_mcp_content_marker should_create_structured_content unwrap_optional"
        ),
    },
    "decorators.mysql": {},
    "decorators.openai": {
        "": "InputType OpenAIModels",
        "enums": "semantic_search_system_prompt=SEMANTIC_SEARCH_PROMPT",
    },
    "decorators.queue": {},
    "decorators.retry_policy": {
        "compat.declarations": "RETRY_POLICY RetryPolicy",
        "wire.declaration": "Setting",
    },
    "decorators.servicebus": {},
    "decorators.sql": {},
    "decorators.table": {},
    "decorators.timer": {},
    "decorators.utils": {
        "compat.utils": (
            "ABCBuildDictMeta BuildDictMeta StringifyEnumJsonEncoder is_snake_case is_word "
            "parse_iterable_param_to_enums parse_singular_param_to_enum to_camel_case"
        ),
        "enums": "StringifyEnum",
    },
    "decorators.warmup": {},
    "durable_functions": {},
    "eventgrid": {"wire.datum": "Datum", "compat.jsonutils": "json"},
    "eventhub": {"compat.jsonutils": "json"},
    "extension": {
        "extension": (
            "AppExtensionBase ExtensionMeta FuncExtensionBase FunctionExtensionException"
        ),
    },
    "extension.app_extension_base": {
        "": "Context",
        "extension": "AppExtensionBase ExtensionMeta ExtensionScope",
    },
    "extension.app_extension_hooks": {"extension": "AppExtensionHooks ExtensionHookMeta"},
    "extension.extension_hook_meta": {"extension": "ExtensionHookMeta"},
    "extension.extension_meta": {
        "extension": (
            "AppExtensionHooks ExtensionHookMeta ExtensionMeta ExtensionScope FuncExtensionHooks "
            "FunctionExtensionException"
        ),
        "compat.jsonutils": "json",
    },
    "extension.extension_scope": {"extension": "ExtensionScope"},
    "extension.func_extension_base": {
        "": "Context",
        "extension": "ExtensionMeta ExtensionScope FuncExtensionBase FunctionExtensionException",
    },
    "extension.func_extension_hooks": {"extension": "ExtensionHookMeta FuncExtensionHooks"},
    "extension.function_extension_exception": {"extension": "FunctionExtensionException"},
    "http": {"compat.http": "HttpRequest", "compat.jsonutils": "json"},
    "kafka": {
        "bindings.kafka": "AbstractKafkaEvent=KafkaEvent KafkaEvent",
        "wire.fields": "_serialize_value=plain",
        "compat.jsonutils": "json",
    },
    "mcp": {
        "": "MCPToolContext PromptInvocationContext",
        "bindings._mcp_results": (
            "_is_mcp_sdk_type=_is_sdk _is_mcp_sdk_type_annotation=wants_schema "
            "_serialize_content_block=_sdk_dict"
        ),
    },
    "meta": {
        "bindings": "get_binding_registry register_converter",
        "compat.jsonutils": "json",
        "compat.converters": "InConverter OutConverter _BaseConverter _ConverterMeta",
        "compat.values": (
            "is_iterable_type_annotation try_parse_datetime_with_formats "
            "try_parse_timedelta_with_formats"
        ),
        "wire.datum": "Datum",
    },
    "mysql": {"compat.jsonutils": "json"},
    "queue": {"": "QueueMessage", "compat.jsonutils": "json"},
    "servicebus": {"": "ServiceBusMessage", "compat.jsonutils": "json"},
    "sql": {"compat.jsonutils": "json"},
    "timer": {
        "": "TimerRequest",
        "wire.fields": "_serialize_value=plain",
        "compat.jsonutils": "json",
    },
    "warmup": {"": "WarmUpContext"},
}
"""Module -> place -> names; ``A=B`` where the place calls ``B`` what the module calls ``A``."""

ALIASES: dict[str, str] = {
    "_blob": "azf_abc=_abc",
    "_cosmosdb": "_abc",
    "_durable_functions": "_abc",
    "_eventgrid": "azf_abc=_abc",
    "_eventhub": "func_abc=_abc meta",
    "_http": "_abc",
    "_kafka": "_abc",
    "_queue": "_abc",
    "_servicebus": "_abc",
    "_timer": "_abc",
    "blob": "azf_abc=_abc azf_blob=_blob meta",
    "connectors": "meta",
    "cosmosdb": "cdb=_cosmosdb meta",
    "durable_functions": "_durable_functions meta",
    "eventgrid": "azf_eventgrid=_eventgrid meta",
    "eventhub": "_eventhub meta",
    "http": "azf_abc=_abc azf_http=_http meta",
    "kafka": "meta",
    "mcp": "meta",
    "mysql": "meta mysql=_mysql",
    "queue": "azf_abc=_abc azf_queue=_queue meta",
    "servicebus": "azf_sbus=_servicebus meta",
    "sql": "meta sql=_sql",
    "timer": "azf_abc=_abc azf_timer=_timer meta",
    "warmup": "meta",
}
"""Module -> other modules that it knows by a name of its own; ``A=B`` as above."""

CONVERTERS: dict[str, dict[str, str]] = {
    "blob": {"BlobConverter": "bindings.blob: BlobTriggerCodec BlobCodec"},
    "connectors": {"ConnectorTriggerConverter": "bindings.connectors: ConnectorTriggerCodec"},
    "cosmosdb": {
        "CosmosDBConverter": "bindings.cosmos_db: CosmosDBCodec",
        "CosmosDBTriggerConverter": "bindings.cosmos_db: CosmosDBTriggerCodec CosmosDBCodec",
    },
    "durable_functions": {
        "ActivityTriggerConverter": "bindings.durable: ActivityTriggerCodec",
        "DurableClientConverter": "bindings.durable: DurableClientCodec",
        "EnitityTriggerConverter": "bindings.durable: EntityTriggerCodec",
        "OrchestrationTriggerConverter": "bindings.durable: OrchestrationTriggerCodec",
    },
    "eventgrid": {
        "EventGridEventInConverter": "bindings.event_grid: EventGridTriggerCodec",
        "EventGridEventOutConverter": "bindings.event_grid: EventGridCodec",
    },
    "eventhub": {
        "EventHubConverter": "bindings.event_hub: EventHubCodec",
        "EventHubTriggerConverter": "bindings.event_hub: EventHubTriggerCodec EventHubCodec",
    },
    "http": {
        "HttpRequestConverter": "http.codec: HttpTriggerCodec",
        "HttpResponseConverter": "http.codec: HttpCodec",
    },
    "kafka": {
        "KafkaConverter": "bindings.kafka: KafkaCodec",
        "KafkaTriggerConverter": "bindings.kafka: KafkaTriggerCodec KafkaCodec",
    },
    "mcp": {
        "MCPResourceTriggerConverter": "bindings.mcp: McpResourceTriggerCodec",
        "_MCPPromptTriggerConverter": "bindings.mcp: McpPromptTriggerCodec",
        "_MCPToolTriggerConverter": "bindings.mcp: McpToolTriggerCodec",
    },
    "mysql": {
        "MySqlConverter": "bindings.sql: MySqlCodec",
        "MySqlTriggerConverter": "bindings.sql: MySqlTriggerCodec MySqlCodec",
    },
    "queue": {
        "QueueMessageInConverter": "bindings.queue: QueueTriggerCodec",
        "QueueMessageOutConverter": "bindings.queue: QueueCodec",
    },
    "servicebus": {
        "ServiceBusMessageInConverter": "bindings.service_bus: ServiceBusTriggerCodec",
        "ServiceBusMessageOutConverter": "bindings.service_bus: ServiceBusCodec",
    },
    "sql": {"SqlConverter": "bindings.sql: SqlCodec"},
    "timer": {"TimerRequestConverter": "bindings.timer: TimerTriggerCodec"},
    "warmup": {"WarmUpTriggerConverter": "bindings.warmup: WarmUpTriggerCodec"},
}
"""Module -> converter class -> where its codecs are."""

BINDINGS: dict[str, dict[str, tuple[str, str | None]]] = {
    "decorators.blob": {
        "BlobTrigger": ("bindings.blob:blob_trigger", "blobTrigger"),
        "BlobInput": ("bindings.blob:blob_input", "blob"),
        "BlobOutput": ("bindings.blob:blob_output", "blob"),
    },
    "decorators.connectors": {
        "ConnectorTrigger": ("bindings.connectors:connector_trigger", "connectorTrigger"),
    },
    "decorators.cosmosdb": {
        "CosmosDBTrigger": ("bindings.cosmos_db:cosmos_db_trigger", "cosmosDBTrigger"),
        "CosmosDBTriggerV3": ("bindings.cosmos_db:cosmos_db_trigger_v3", "cosmosDBTrigger"),
        "CosmosDBInput": ("compat.declarations:cosmos_db_input", "cosmosDB"),
        "CosmosDBInputV3": ("bindings.cosmos_db:cosmos_db_input_v3", "cosmosDB"),
        "CosmosDBOutput": ("bindings.cosmos_db:cosmos_db_output", "cosmosDB"),
        "CosmosDBOutputV3": ("bindings.cosmos_db:cosmos_db_output_v3", "cosmosDB"),
    },
    "decorators.dapr": {
        "DaprBindingTrigger": ("bindings.dapr:dapr_binding_trigger", "daprBindingTrigger"),
        "DaprServiceInvocationTrigger": (
            "bindings.dapr:dapr_service_invocation_trigger",
            "daprServiceInvocationTrigger",
        ),
        "DaprTopicTrigger": ("bindings.dapr:dapr_topic_trigger", "daprTopicTrigger"),
        "DaprStateInput": ("bindings.dapr:dapr_state_input", "daprState"),
        "DaprSecretInput": ("bindings.dapr:dapr_secret_input", "daprSecret"),
        "DaprStateOutput": ("bindings.dapr:dapr_state_output", "daprState"),
        "DaprBindingOutput": ("bindings.dapr:dapr_binding_output", "daprBinding"),
        "DaprInvokeOutput": ("bindings.dapr:dapr_invoke_output", "daprInvoke"),
        "DaprPublishOutput": ("bindings.dapr:dapr_publish_output", "daprPublish"),
    },
    "decorators.eventgrid": {
        "EventGridTrigger": ("bindings.event_grid:event_grid_trigger", "eventGridTrigger"),
        "EventGridOutput": ("bindings.event_grid:event_grid_output", "eventGrid"),
    },
    "decorators.eventhub": {
        "EventHubTrigger": ("bindings.event_hub:event_hub_message_trigger", "eventHubTrigger"),
        "EventHubOutput": ("bindings.event_hub:event_hub_output", "eventHub"),
    },
    "decorators.generic": {
        "GenericTrigger": ("bindings.generic:generic_trigger", None),
        "GenericInputBinding": ("bindings.generic:generic_input_binding", None),
        "GenericOutputBinding": ("bindings.generic:generic_output_binding", None),
    },
    "decorators.http": {
        "HttpTrigger": ("compat.declarations:http_trigger", "httpTrigger"),
        "HttpOutput": ("compat.declarations:http_output", "http"),
    },
    "decorators.kafka": {
        "KafkaTrigger": ("bindings.kafka:kafka_trigger", "kafkaTrigger"),
        "KafkaOutput": ("bindings.kafka:kafka_output", "kafka"),
    },
    "decorators.mcp": {
        "_MCPToolTrigger": ("compat.declarations:mcp_tool_trigger", "mcpToolTrigger"),
        "MCPPromptTrigger": ("bindings.mcp:mcp_prompt_trigger", "mcpPromptTrigger"),
        "MCPResourceTrigger": ("compat.declarations:mcp_resource_trigger", "mcpResourceTrigger"),
    },
    "decorators.mysql": {
        "MySqlTrigger": ("bindings.sql:mysql_trigger", "mysqlTrigger"),
        "MySqlInput": ("bindings.sql:mysql_input", "mysql"),
        "MySqlOutput": ("bindings.sql:mysql_output", "mysql"),
    },
    "decorators.openai": {
        "_AssistantSkillTrigger": (
            "bindings.openai:assistant_skill_trigger",
            "assistantSkillTrigger",
        ),
        "_AssistantQueryInput": ("bindings.openai:assistant_query_input", "assistantQuery"),
        "_AssistantPostInput": ("bindings.openai:assistant_post_input", "assistantPost"),
        "_TextCompletionInput": ("bindings.openai:text_completion_input", "textCompletion"),
        "_EmbeddingsInput": ("bindings.openai:embeddings_input", "embeddings"),
        "_SemanticSearchInput": ("bindings.openai:semantic_search_input", "semanticSearch"),
        "_AssistantCreateOutput": ("bindings.openai:assistant_create_output", "assistantCreate"),
        "_EmbeddingsStoreOutput": ("bindings.openai:embeddings_store_output", "embeddingsStore"),
    },
    "decorators.queue": {
        "QueueTrigger": ("bindings.queue:queue_trigger", "queueTrigger"),
        "QueueOutput": ("bindings.queue:queue_output", "queue"),
    },
    "decorators.servicebus": {
        "ServiceBusQueueTrigger": (
            "bindings.service_bus:service_bus_queue_trigger",
            "serviceBusTrigger",
        ),
        "ServiceBusQueueOutput": ("bindings.service_bus:service_bus_queue_output", "serviceBus"),
        "ServiceBusTopicTrigger": (
            "bindings.service_bus:service_bus_topic_trigger",
            "serviceBusTrigger",
        ),
        "ServiceBusTopicOutput": ("bindings.service_bus:service_bus_topic_output", "serviceBus"),
    },
    "decorators.sql": {
        "SqlTrigger": ("bindings.sql:sql_trigger", "sqlTrigger"),
        "SqlInput": ("bindings.sql:sql_input", "sql"),
        "SqlOutput": ("bindings.sql:sql_output", "sql"),
    },
    "decorators.table": {
        "TableInput": ("bindings.table:table_input", "table"),
        "TableOutput": ("bindings.table:table_output", "table"),
    },
    "decorators.timer": {"TimerTrigger": ("bindings.timer:timer_trigger", "timerTrigger")},
    "decorators.warmup": {"WarmUpTrigger": ("bindings.warmup:warm_up_trigger", "warmupTrigger")},
}
"""Module -> binding class -> the function that declares one, and the binding type it stands for."""

SHARED: dict[str, tuple[str, ...]] = {
    "decorators.function_app": (
        "decorators.core",
        "decorators.function_name",
        "decorators.mcp",
        "decorators.openai",
        "decorators.retry_policy",
        "decorators.utils",
        "decorators.constants",
        *BINDINGS,
    ),
    **dict.fromkeys(BINDINGS, ("decorators.core", "decorators.constants")),
}
"""Module -> other modules whose names it has as well."""
