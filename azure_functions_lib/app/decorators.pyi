# Written by tests/generate.py from decorators.py and the declaration functions that it names.

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from ..bindings.mcp import PromptArgument
from ..enums import (
    SEMANTIC_SEARCH_PROMPT,
    AccessRights,
    AuthLevel,
    AuthLevelName,
    BlobSource,
    BrokerAuthenticationMode,
    BrokerProtocol,
    Cardinality,
    CosmosDBChangeFeedMode,
    DataType,
    DeliveryMode,
    HttpMethod,
    HttpMethodName,
    InputType,
    KafkaMessageKeyType,
    McpPropertyType,
    OAuthBearerMethod,
    OpenAIModels,
)
from ..wire.declaration import REQUIRED, SINGLE
from .container import DecoratorApi, FunctionDecorator, SettingsApi

__all__ = ["BindingApi", "DecoratorApi", "SettingsApi", "TriggerApi"]

class TriggerApi(DecoratorApi):
    """The decorators that say what makes a function run."""

    def queue_trigger(
        self,
        arg_name: str,
        queue_name: str,
        connection: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
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

    def blob_trigger(
        self,
        arg_name: str,
        path: str,
        connection: str,
        source: BlobSource | str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for each new or changed blob.

        Args:
            arg_name: the parameter that is given the blob: an InputStream, str or bytes.
            path: container and name pattern, such as ``samples/{name}.csv``; ``{name}`` is then a
                value that other bindings can use.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection.
            source: how the host learns of blobs: a member of BlobSource or its value,
                ``"EventGrid"`` (events, at once) or ``"LogsAndContainerScan"`` (polling); None
                means polling.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def timer_trigger(
        self,
        arg_name: str,
        schedule: str,
        run_on_startup: bool | None = None,
        use_monitor: bool | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function by a schedule.

        Args:
            arg_name: the parameter that is given the TimerRequest.
            schedule: six fields ``second minute hour day month weekday`` (NCRONTAB), such as ``"0
                */5 * * * *"``, or a time span ``HH:MM:SS`` between runs; ``%SETTING%`` stands for
                an app setting. Times are UTC unless the app sets ``WEBSITE_TIME_ZONE``.
            run_on_startup: whether to run also when the host starts; None means no.
            use_monitor: whether the host keeps a record of runs, so that missed ones are noticed;
                None means yes, except for schedules shorter than a minute.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def schedule(
        self,
        arg_name: str,
        schedule: str,
        run_on_startup: bool | None = None,
        use_monitor: bool | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function by a schedule.

        Args:
            arg_name: the parameter that is given the TimerRequest.
            schedule: six fields ``second minute hour day month weekday`` (NCRONTAB), such as ``"0
                */5 * * * *"``, or a time span ``HH:MM:SS`` between runs; ``%SETTING%`` stands for
                an app setting. Times are UTC unless the app sets ``WEBSITE_TIME_ZONE``.
            run_on_startup: whether to run also when the host starts; None means no.
            use_monitor: whether the host keeps a record of runs, so that missed ones are noticed;
                None means yes, except for schedules shorter than a minute.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def service_bus_queue_trigger(
        self,
        arg_name: str,
        connection: str,
        queue_name: str,
        data_type: DataType | str | None = None,
        access_rights: AccessRights | str | None = None,
        is_sessions_enabled: bool | None = None,
        cardinality: Cardinality | str | None = None,
        auto_complete_messages: bool | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
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

    def service_bus_topic_trigger(
        self,
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
    ) -> FunctionDecorator:
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

    def event_hub_message_trigger(
        self,
        arg_name: str,
        connection: str,
        event_hub_name: str,
        data_type: DataType | str | None = None,
        cardinality: Cardinality | str | None = None,
        consumer_group: str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for events of an event hub, or of an IoT hub.

        Args:
            arg_name: the parameter that is given the event: an EventHubEvent, str or bytes; a list
                of these for a batch.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection of the namespace.
            event_hub_name: the event hub; ignored when the connection string names one.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            cardinality: ``"one"`` event at a time or ``"many"`` as a list, in any letter case; None
                means many.
            consumer_group: the consumer group; None means ``$Default``.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: an enum has no member of a name that is given (a KeyError and
                ValueError).
        """

    def kafka_trigger(
        self,
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
    ) -> FunctionDecorator:
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

    def event_grid_trigger(
        self,
        arg_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for each event of an Event Grid subscription.

        Args:
            arg_name: the parameter that is given the event: an EventGridEvent or CloudEvent.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def cosmos_db_trigger(
        self,
        arg_name: str,
        connection: str,
        database_name: str,
        container_name: str,
        lease_connection: str | None = None,
        lease_database_name: str | None = None,
        lease_container_name: str | None = None,
        create_lease_container_if_not_exists: bool | None = None,
        leases_container_throughput: int | None = None,
        lease_container_prefix: str | None = None,
        feed_poll_delay: int | None = None,
        lease_acquire_interval: int | None = None,
        lease_expiration_interval: int | None = None,
        lease_renew_interval: int | None = None,
        max_items_per_invocation: int | None = None,
        start_from_beginning: bool | None = None,
        start_from_time: datetime | time | str | None = None,
        preferred_locations: str | None = None,
        change_feed_mode: CosmosDBChangeFeedMode | str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for changed documents of a Cosmos DB container.

        Args:
            arg_name: the parameter that is given the changed documents, a DocumentList.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection of the account.
            database_name: the database.
            container_name: the container.
            lease_connection: the connection of the account that holds the leases; None means the
                same account.
            lease_database_name: the database that holds the leases; None means the same database.
            lease_container_name: the container that holds the leases; None means ``leases``.
            create_lease_container_if_not_exists: whether to create the lease container when it is
                missing; None means no.
            leases_container_throughput: the throughput of a lease container that is created, in
                request units per second.
            lease_container_prefix: the prefix of this function's leases, when functions share a
                lease container.
            feed_poll_delay: how long to wait before a partition without changes is asked again, in
                milliseconds; None means 5000.
            lease_acquire_interval: how often the spread of partitions over instances is checked, in
                milliseconds; None means 13000.
            lease_expiration_interval: how long a lease is kept without renewal, in milliseconds;
                None means 60000.
            lease_renew_interval: how often leases are renewed, in milliseconds; None means 17000.
            max_items_per_invocation: the most documents in one invocation.
            start_from_beginning: whether to begin with the container's oldest change, when there
                are no leases yet; None means with the changes from now on.
            start_from_time: the time from which to begin, when there are no leases yet: ISO 8601
                text such as ``"2021-02-16T14:19:29Z"``, a datetime or a time; sent as ISO 8601
                text.
            preferred_locations: the regions to read from in order of preference, separated by
                commas, for a replicated account.
            change_feed_mode: which changes are seen: a member of CosmosDBChangeFeedMode or its
                value; None means the latest version of each item.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def cosmos_db_trigger_v3(
        self,
        arg_name: str,
        database_name: str,
        collection_name: str,
        connection_string_setting: str,
        lease_collection_name: str | None = None,
        lease_connection_string_setting: str | None = None,
        lease_database_name: str | None = None,
        create_lease_collection_if_not_exists: bool | None = None,
        leases_collection_throughput: int | None = None,
        lease_collection_prefix: str | None = None,
        checkpoint_interval: int | None = None,
        checkpoint_document_count: int | None = None,
        feed_poll_delay: int | None = None,
        lease_renew_interval: int | None = None,
        lease_acquire_interval: int | None = None,
        lease_expiration_interval: int | None = None,
        max_items_per_invocation: int | None = None,
        start_from_beginning: bool | None = None,
        preferred_locations: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for changed documents of a Cosmos DB collection (extension version 3).

        Args:
            arg_name: the parameter that is given the changed documents, a DocumentList.
            database_name: the database.
            collection_name: the collection.
            connection_string_setting: the app setting that holds the connection string of the
                account.
            lease_collection_name: the collection that holds the leases; None means ``leases``.
            lease_connection_string_setting: the app setting for the account that holds the leases;
                None means the same account.
            lease_database_name: the database that holds the leases; None means the same database.
            create_lease_collection_if_not_exists: whether to create the lease collection when it is
                missing; None means no.
            leases_collection_throughput: the throughput of a lease collection that is created, in
                request units per second.
            lease_collection_prefix: the prefix of this function's leases, when functions share a
                lease collection.
            checkpoint_interval: how often progress is saved, in milliseconds; None means after each
                successful run.
            checkpoint_document_count: after how many documents progress is saved; None means after
                each successful run.
            feed_poll_delay: how long to wait before a partition without changes is asked again, in
                milliseconds; None means 5000.
            lease_renew_interval: how often leases are renewed, in milliseconds; None means 17000.
            lease_acquire_interval: how often the spread of partitions over instances is checked, in
                milliseconds; None means 13000.
            lease_expiration_interval: how long a lease is kept without renewal, in milliseconds;
                None means 60000.
            max_items_per_invocation: the most documents in one invocation.
            start_from_beginning: whether to begin with the container's oldest change, when there
                are no leases yet; None means with the changes from now on.
            preferred_locations: the regions to read from in order of preference, separated by
                commas, for a replicated account.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def sql_trigger(
        self,
        arg_name: str,
        table_name: str,
        connection_string_setting: str,
        leases_table_name: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for changed rows of a SQL table.

        Args:
            arg_name: the parameter that is given the changes as JSON text.
            table_name: the table to watch; change tracking must be on for it.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            leases_table_name: the table in which the host keeps its leases; None lets it choose a
                name.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def mysql_trigger(
        self,
        arg_name: str,
        table_name: str,
        connection_string_setting: str,
        leases_table_name: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for changed rows of a MySQL table.

        Args:
            arg_name: the parameter that is given the changes as JSON text.
            table_name: the table to watch; it must have the column that the extension tracks
                changes by.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            leases_table_name: the table in which the host keeps its leases; None lets it choose a
                name.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def connector_trigger(
        self,
        arg_name: str,
        data_type: DataType | str | None = None,
        delivery_mode: DeliveryMode | str | None = None,
        connection: str | None = None,
        trigger_config_name: str | None = None,
        cardinality: Cardinality | str | None = None,
        max_batch_size: int | None = None,
        max_concurrent_calls: int | None = None,
        target_pending_event_threshold: int | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for events of a connector.

        Args:
            arg_name: the parameter that is given the event: str, bytes or dict; with a cardinality
                of many a list of these.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            delivery_mode: ``"poll"`` lets the host fetch events, ``"webhook"`` takes those that are
                posted to it; in any letter case, or a member of DeliveryMode. None means webhook.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection; required to poll.
            trigger_config_name: the connector's trigger configuration, or ``%SETTING%``; required
                to poll.
            cardinality: ``"one"`` event for each run, or ``"many"`` as a batch, in any letter case,
                or a member of Cardinality; None means one.
            max_batch_size: the most events of a batch; None takes that of ``host.json``.
            max_concurrent_calls: the most runs at a time for single events; None takes that of
                ``host.json``. Batches run one after the other.
            target_pending_event_threshold: how many waiting events there may be for each instance
                of the app before another one is started.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type``, ``delivery_mode`` or ``cardinality`` names no member (a
                KeyError and ValueError).
            DeclarationError: to poll without ``connection`` or ``trigger_config_name``.
        """

    def warm_up_trigger(
        self,
        arg_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when an instance is added to the app, before it gets other work.

        An app has at most one such function. Only plans with pre-warmed instances run it.

        Args:
            arg_name: the parameter that is given the WarmUpContext.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def orchestration_trigger(
        self,
        context_name: str,
        orchestration: str | None = None,
    ) -> FunctionDecorator:
        """Make the function an orchestrator; needs the package azure-functions-durable.

        Args:
            context_name: the parameter that is given the DurableOrchestrationContext.
            orchestration: the name by which clients start it; None takes the function's name.

        Raises:
            DeclarationError: azure-functions-durable is not installed.
        """

    def entity_trigger(
        self,
        context_name: str,
        entity_name: str | None = None,
    ) -> FunctionDecorator:
        """Make the function a durable entity; needs the package azure-functions-durable.

        Args:
            context_name: the parameter that is given the DurableEntityContext.
            entity_name: the name by which the entity is addressed; None takes the function's name.

        Raises:
            DeclarationError: azure-functions-durable is not installed.
        """

    def activity_trigger(self, input_name: str, activity: str | None = None) -> FunctionDecorator:
        """Make the function an activity of orchestrations; needs azure-functions-durable.

        Args:
            input_name: the parameter that is given the orchestrator's input.
            activity: the name by which orchestrators call it; None takes the function's name.

        Raises:
            DeclarationError: azure-functions-durable is not installed.
        """

    def mcp_tool_trigger(
        self,
        arg_name: str,
        tool_name: str,
        description: str | None = None,
        tool_properties: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when an MCP client calls a tool.

        ``mcp_tool`` derives all of this from the function itself.

        Args:
            arg_name: the parameter that is given the call: an MCPToolContext, dict or str.
            tool_name: the name by which clients call the tool.
            description: what it is for, in words for the model.
            tool_properties: the parameters, as the JSON text of a list of ``{"propertyName",
                "propertyType", "description", "isArray", "isRequired"}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def mcp_tool(
        self,
        metadata: str | None = None,
        use_result_schema: bool | None = False,
    ) -> FunctionDecorator:
        """Offer the function as a tool to MCP clients.

        Its parameters become the tool's properties: their types and whether they are required come
        from the annotations and defaults, their descriptions from ``Annotated`` or from the
        docstring (in the form of Google, Sphinx or NumPy); ``mcp_tool_property`` says otherwise
        where needed. The tool has the function's name in the code, and its docstring as
        description. A parameter annotated MCPToolContext is given the whole call. Parameters that
        decorators below this one feed are left to them.

        The result is sent as text: None as empty text, str as it is, anything else as JSON.

        Args:
            metadata: further metadata of the tool, as JSON text.
            use_result_schema: whether results are sent with ``structuredContent`` too. This is so
                by itself when the return annotation is a class marked with ``mcp_content``, or a
                result or content type of the MCP SDK.

        Raises:
            DeclarationError: the function has a trigger already.
        """

    def mcp_tool_property(
        self,
        arg_name: str,
        description: str | None = None,
        property_type: McpPropertyType | str | None = None,
        is_required: bool | None = REQUIRED,
        as_array: bool | None = SINGLE,
    ) -> FunctionDecorator:
        """Say of a tool's property what its parameter does not say; goes below ``mcp_tool``.

        What is not given here stays as the parameter's annotation and default have it.

        Args:
            arg_name: the parameter; one that the function lacks is ignored.
            description: what the property is for, in words for the model.
            property_type: its JSON Schema type: a McpPropertyType or the name of one, in any letter
                case.
            is_required: whether callers must give it.
            as_array: whether it is a list of values of that type.

        Raises:
            UnknownNameError: there is no property type of that name (a KeyError and ValueError).
            DeclarationError: it stands above ``mcp_tool``, or an argument is of another type.
        """

    def mcp_prompt_trigger(
        self,
        arg_name: str,
        prompt_name: str,
        prompt_arguments: list[PromptArgument] | str | None = None,
        title: str | None = None,
        description: str | None = None,
        metadata: str | None = None,
        icons: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when an MCP client asks for a prompt.

        Args:
            arg_name: the parameter that is given the request: a PromptInvocationContext, dict or
                str.
            prompt_name: the name by which clients ask for the prompt.
            prompt_arguments: the arguments that clients may give; or their JSON text.
            title: a title to show to people.
            description: what it is for, in words for the model.
            metadata: further metadata, as JSON text.
            icons: icons to show, as JSON text.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def mcp_resource_trigger(
        self,
        arg_name: str,
        uri: str,
        resource_name: str,
        title: str | None = None,
        description: str | None = None,
        mime_type: str | None = None,
        size: int | None = None,
        metadata: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when an MCP client reads a resource.

        ``use_result_schema=True`` may be given as a further key.

        Args:
            arg_name: the parameter that is given the request: a dict or str.
            uri: the URI of the resource.
            resource_name: its name.
            title: a title to show to people.
            description: what it is for, in words for the model.
            mime_type: the media type of the content.
            size: the size of the content, in bytes.
            metadata: further metadata, as JSON text.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_binding_trigger(
        self,
        arg_name: str,
        binding_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for data of a Dapr input binding.

        Args:
            arg_name: the parameter that is given the payload: str or bytes.
            binding_name: the Dapr binding.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_service_invocation_trigger(
        self,
        arg_name: str,
        method_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when another Dapr app calls a method.

        Args:
            arg_name: the parameter that is given the payload: str or bytes.
            method_name: the method that is called.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_topic_trigger(
        self,
        arg_name: str,
        pub_sub_name: str,
        topic: str,
        route: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function for messages of a Dapr topic.

        Args:
            arg_name: the parameter that is given the payload: str or bytes.
            pub_sub_name: the pub/sub component.
            topic: the topic.
            route: the path at which the sidecar delivers messages; None takes the topic.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def assistant_skill_trigger(
        self,
        arg_name: str,
        function_description: str,
        function_name: str | None = None,
        parameter_description_json: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function when an assistant uses it as a skill.

        Args:
            arg_name: the parameter that is given the argument of the call.
            function_description: what the skill does, in words for the model.
            function_name: the skill's name for the model; None takes the function's.
            parameter_description_json: the parameters, as the text of a JSON schema; None derives
                them from the signature.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def route(
        self,
        route: str | None = None,
        trigger_arg_name: str = "req",
        binding_arg_name: str = "$return",
        methods: Iterable[HttpMethod | HttpMethodName] | HttpMethod | HttpMethodName | None = None,
        auth_level: AuthLevel | AuthLevelName | None = None,
        trigger_extra_fields: dict[str, Any] | None = None,
        binding_extra_fields: dict[str, Any] | None = None,
    ) -> FunctionDecorator:
        """Run the function for HTTP requests; its result is the response.

        Args:
            route: the path below the host's route prefix (``/api`` by default), as an ASP.NET route
                template: ``items/{id}``, ``items/{id:int?}``, ``{*rest}``. The values are the
                request's ``route_params``. None takes the function's name.
            trigger_arg_name: the parameter that is given the HttpRequest.
            binding_arg_name: the ``Out`` parameter to set with the response, or ``"$return"`` for
                the return value: an HttpResponse or what becomes the body of one.
            methods: the request method or methods to answer, in any letter case; None answers all.
            auth_level: who may call: a member of AuthLevel or its name in any letter case:
                ``"anonymous"`` (all), ``"function"`` (holders of a function or host key) or
                ``"admin"`` (holders of the master key). None takes the app's level.
            trigger_extra_fields: further keys of the trigger, in snake case.
            binding_extra_fields: further keys of the output, in snake case.

        Raises:
            UnknownNameError: a method or level of that name does not exist (a KeyError and
                ValueError).
            DeclarationError: the methods are no list.
        """

    def generic_trigger(
        self,
        arg_name: str,
        type: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Run the function by a trigger that has no decorator of its own.

        Args:
            arg_name: the parameter that is given the payload: str, bytes, or whatever its text is
                as JSON.
            type: the binding type, as its extension names it in ``function.json``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: the binding's keys, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

class BindingApi(DecoratorApi):
    """The decorators that give a function data besides its trigger, or take its results."""

    def queue_output(
        self,
        arg_name: str,
        queue_name: str,
        connection: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
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

    def blob_input(
        self,
        arg_name: str,
        path: str,
        connection: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read a blob when the function starts.

        Args:
            arg_name: the parameter that is given the blob: an InputStream, str or bytes.
            path: container and blob name; ``{property}`` stands for a value of the trigger.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def blob_output(
        self,
        arg_name: str,
        path: str,
        connection: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Write a blob.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            path: container and blob name; ``{property}`` stands for a value of the trigger,
                ``{rand-guid}`` for a new id.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def service_bus_queue_output(
        self,
        arg_name: str,
        connection: str,
        queue_name: str,
        data_type: DataType | str | None = None,
        access_rights: AccessRights | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
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

    def service_bus_topic_output(
        self,
        arg_name: str,
        connection: str,
        topic_name: str,
        subscription_name: str | None = None,
        data_type: DataType | str | None = None,
        access_rights: AccessRights | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
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

    def event_hub_output(
        self,
        arg_name: str,
        connection: str,
        event_hub_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Send events to an event hub.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection of the namespace.
            event_hub_name: the event hub; ignored when the connection string names one.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def kafka_output(
        self,
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
    ) -> FunctionDecorator:
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

    def event_grid_output(
        self,
        arg_name: str,
        topic_endpoint_uri: str | None = None,
        topic_key_setting: str | None = None,
        connection: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Publish events to an Event Grid topic.

        Give either ``connection``, or both ``topic_endpoint_uri`` and ``topic_key_setting``.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            topic_endpoint_uri: the app setting that holds the topic's endpoint, such as
                ``https://t.westeurope-1.eventgrid.azure.net/api/events``.
            topic_key_setting: the app setting that holds the topic's access key.
            connection: the common prefix of the app settings for a connection by identity, whose
                ``topicEndpointUri`` names the topic.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
            DeclarationError: neither or both of these ways are given, or one only half.
        """

    def cosmos_db_input(
        self,
        arg_name: str,
        connection: str,
        database_name: str,
        container_name: str,
        partition_key: str | None = None,
        id: str | None = None,
        sql_query: str | None = None,
        preferred_locations: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read documents of a Cosmos DB container when the function starts.

        Args:
            arg_name: the parameter that is given the documents, a DocumentList.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection of the account.
            database_name: the database.
            container_name: the container.
            partition_key: the partition key.
            id: the id of the one document to read.
            sql_query: the query for several documents; ``{property}`` stands for a value of the
                trigger.
            preferred_locations: the regions to read from in order of preference, separated by
                commas, for a replicated account.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def cosmos_db_input_v3(
        self,
        arg_name: str,
        database_name: str,
        collection_name: str,
        connection_string_setting: str,
        id: str | None = None,
        sql_query: str | None = None,
        partition_key: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read documents of a Cosmos DB collection when the function starts (extension version 3).

        Args:
            arg_name: the parameter that is given the documents, a DocumentList.
            database_name: the database.
            collection_name: the collection.
            connection_string_setting: the app setting that holds the connection string of the
                account.
            id: the id of the one document to read.
            sql_query: the query for several documents; ``{property}`` stands for a value of the
                trigger.
            partition_key: the partition key.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def cosmos_db_output(
        self,
        arg_name: str,
        connection: str,
        database_name: str,
        container_name: str,
        create_if_not_exists: bool | None = None,
        partition_key: str | None = None,
        container_throughput: int | None = None,
        preferred_locations: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Write documents to a Cosmos DB container.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value. Takes a
                Document or a DocumentList.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection of the account.
            database_name: the database.
            container_name: the container.
            create_if_not_exists: whether to create database and container when they are missing;
                None means no.
            partition_key: the path of the partition key of a container that is created.
            container_throughput: the throughput of a container that is created, in request units
                per second.
            preferred_locations: the regions to read from in order of preference, separated by
                commas, for a replicated account.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def cosmos_db_output_v3(
        self,
        arg_name: str,
        database_name: str,
        collection_name: str,
        connection_string_setting: str,
        create_if_not_exists: bool | None = None,
        partition_key: str | None = None,
        collection_throughput: int | None = None,
        use_multiple_write_locations: bool | None = None,
        preferred_locations: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Write documents to a Cosmos DB collection (extension version 3).

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value. Takes a
                Document or a DocumentList.
            database_name: the database.
            collection_name: the collection.
            connection_string_setting: the app setting that holds the connection string of the
                account.
            create_if_not_exists: whether to create database and container when they are missing;
                None means no.
            partition_key: the path of the partition key of a container that is created.
            collection_throughput: the throughput of a collection that is created, in request units
                per second.
            use_multiple_write_locations: whether the account is written to in several regions; None
                means no.
            preferred_locations: the regions to read from in order of preference, separated by
                commas, for a replicated account.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def sql_input(
        self,
        arg_name: str,
        command_text: str,
        connection_string_setting: str,
        command_type: str | None = "Text",
        parameters: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read rows of a SQL database when the function starts.

        Args:
            arg_name: the parameter that is given the rows, a SqlRowList.
            command_text: the query, or the name of the stored procedure; ``@name`` stands for a
                parameter.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            command_type: ``"Text"`` for a query, ``"StoredProcedure"`` for a procedure.
            parameters: values of the parameters, as ``@name1=value1,@name2={property}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def sql_output(
        self,
        arg_name: str,
        command_text: str,
        connection_string_setting: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Insert or update rows of a SQL table.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            command_text: the table to write to, such as ``dbo.products``.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def mysql_input(
        self,
        arg_name: str,
        command_text: str,
        connection_string_setting: str,
        command_type: str | None = "Text",
        parameters: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read rows of a MySQL database when the function starts.

        Args:
            arg_name: the parameter that is given the rows, a MySqlRowList.
            command_text: the query, or the name of the stored procedure; ``@name`` stands for a
                parameter.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            command_type: ``"Text"`` for a query, ``"StoredProcedure"`` for a procedure.
            parameters: values of the parameters, as ``@name1=value1,@name2={property}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def mysql_output(
        self,
        arg_name: str,
        command_text: str,
        connection_string_setting: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Insert or update rows of a MySQL table.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            command_text: the table to write to, such as ``dbo.products``.
            connection_string_setting: the app setting that holds the connection string of the
                database.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def table_input(
        self,
        arg_name: str,
        connection: str,
        table_name: str,
        row_key: str | None = None,
        partition_key: str | None = None,
        take: int | None = None,
        filter: str | None = None,
        data_type: DataType | str | None = None,
    ) -> FunctionDecorator:
        """Read entities of a storage table when the function starts.

        Args:
            arg_name: the parameter that is given the entities as JSON text.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection.
            table_name: the table.
            row_key: the row key of the one entity; needs ``partition_key``.
            partition_key: the partition key of the one entity, or of all entities to read.
            take: the most entities to read; not together with ``row_key``.
            filter: an OData filter for the entities to read; not together with ``row_key``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def table_output(
        self,
        arg_name: str,
        connection: str,
        table_name: str,
        row_key: str | None = None,
        partition_key: str | None = None,
        data_type: DataType | str | None = None,
    ) -> FunctionDecorator:
        """Add entities to a storage table.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            connection: the app setting, or the common prefix of app settings, that holds the
                connection.
            table_name: the table.
            row_key: the row key; None takes the entity's ``RowKey``.
            partition_key: the partition key; None takes the entity's ``PartitionKey``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def durable_client_input(
        self,
        client_name: str,
        task_hub: str | None = None,
        connection_name: str | None = None,
    ) -> FunctionDecorator:
        """Give the function a client of orchestrations; needs azure-functions-durable.

        Args:
            client_name: the parameter that is given the DurableOrchestrationClient; one annotated
                ``str`` gets the client's configuration as JSON text instead.
            task_hub: the task hub; None takes that of ``host.json``.
            connection_name: the app setting for the storage of the task hub; None takes that of
                ``host.json``.

        Raises:
            DeclarationError: azure-functions-durable is not installed.
        """

    def dapr_state_input(
        self,
        arg_name: str,
        state_store: str,
        key: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read a value of a Dapr state store when the function starts.

        Args:
            arg_name: the parameter that is given the value.
            state_store: the state store.
            key: the key of the value.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_secret_input(
        self,
        arg_name: str,
        secret_store_name: str,
        key: str,
        metadata: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read a secret of a Dapr secret store when the function starts.

        Args:
            arg_name: the parameter that is given the secret, as JSON text.
            secret_store_name: the secret store.
            key: the key of the secret.
            metadata: metadata of the request, as ``key=value`` pairs that the secret store
                understands.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_state_output(
        self,
        arg_name: str,
        state_store: str,
        key: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Write a value to a Dapr state store.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            state_store: the state store.
            key: the key of the value.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_binding_output(
        self,
        arg_name: str,
        binding_name: str,
        operation: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Send data by a Dapr output binding.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            binding_name: the Dapr binding.
            operation: the operation of the binding, such as ``"create"``.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_invoke_output(
        self,
        arg_name: str,
        app_id: str,
        method_name: str,
        http_verb: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Call a method of another Dapr app.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            app_id: the Dapr app to call.
            method_name: the method.
            http_verb: the HTTP verb of the call: ``"post"`` or ``"get"``.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def dapr_publish_output(
        self,
        arg_name: str,
        pub_sub_name: str,
        topic: str,
        dapr_address: str | None = None,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Publish messages to a Dapr topic.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            pub_sub_name: the pub/sub component.
            topic: the topic.
            dapr_address: the address of the Dapr sidecar; None takes
                ``http://localhost:{daprHttpPort}``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def assistant_query_input(
        self,
        arg_name: str,
        id: str,
        timestamp_utc: str,
        chat_storage_connection_setting: str | None = "AzureWebJobsStorage",
        collection_name: str | None = "ChatState",
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read the state and messages of an assistant when the function starts.

        Args:
            arg_name: the parameter that is given the result as JSON text.
            id: the id of the assistant.
            timestamp_utc: the earliest time of the messages to read, as ISO 8601 text in UTC.
            chat_storage_connection_setting: the app setting with the storage connection for the
                chat history.
            collection_name: the table that holds the chat history.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def assistant_post_input(
        self,
        arg_name: str,
        id: str,
        user_message: str,
        ai_connection_name: str | None = "",
        chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
        chat_storage_connection_setting: str | None = "AzureWebJobsStorage",
        collection_name: str | None = "ChatState",
        temperature: str | None = "0.5",
        top_p: str | None = None,
        max_tokens: str | None = "100",
        is_reasoning_model: bool | None = False,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Send a message to an assistant and read its answer when the function starts.

        Args:
            arg_name: the parameter that is given the result as JSON text.
            id: the id of the assistant.
            user_message: the user's message to the assistant.
            ai_connection_name: the common prefix of the app settings for the AI service; empty for
                the default settings.
            chat_model: the chat model or deployment, or ``%SETTING%``.
            chat_storage_connection_setting: the app setting with the storage connection for the
                chat history.
            collection_name: the table that holds the chat history.
            temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
            top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
                ``"1"``; an alternative to ``temperature``.
            max_tokens: the most tokens of an answer, as text.
            is_reasoning_model: whether the model reasons, and so takes neither temperature nor
                ``top_p``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def text_completion_input(
        self,
        arg_name: str,
        prompt: str,
        ai_connection_name: str | None = "",
        chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
        temperature: str | None = "0.5",
        top_p: str | None = None,
        max_tokens: str | None = "100",
        is_reasoning_model: bool | None = False,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Let a model complete a prompt when the function starts.

        Args:
            arg_name: the parameter that is given the result as JSON text.
            prompt: the prompt; ``{property}`` stands for a value of the trigger.
            ai_connection_name: the common prefix of the app settings for the AI service; empty for
                the default settings.
            chat_model: the chat model or deployment, or ``%SETTING%``.
            temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
            top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
                ``"1"``; an alternative to ``temperature``.
            max_tokens: the most tokens of an answer, as text.
            is_reasoning_model: whether the model reasons, and so takes neither temperature nor
                ``top_p``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def embeddings_input(
        self,
        arg_name: str,
        input: str,
        input_type: InputType,
        ai_connection_name: str | None = "",
        embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
        max_chunk_length: int | None = 8192,
        max_overlap: int | None = 128,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Compute embeddings of a text when the function starts.

        Args:
            arg_name: the parameter that is given the result as JSON text.
            input: the text, or the path or URL of the file, that ``input_type`` says.
            input_type: what ``input`` holds: a member of InputType.
            ai_connection_name: the common prefix of the app settings for the AI service; empty for
                the default settings.
            embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
            max_chunk_length: the most characters in a chunk of the text.
            max_overlap: how many characters two chunks may share.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def semantic_search_input(
        self,
        arg_name: str,
        search_connection_name: str,
        collection: str,
        query: str | None = None,
        ai_connection_name: str | None = "",
        embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
        chat_model: OpenAIModels | str | None = OpenAIModels.DefaultChatModel,
        system_prompt: str | None = SEMANTIC_SEARCH_PROMPT,
        max_knowledge_count: int | None = 1,
        temperature: str | None = "0.5",
        top_p: str | None = None,
        max_tokens: str | None = "100",
        is_reasoning_model: bool | None = False,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Search documents by meaning, and let a model answer from them, when the function starts.

        Args:
            arg_name: the parameter that is given the result as JSON text.
            search_connection_name: the app setting with the connection to the vector store.
            collection: the collection, table or index of the store.
            query: what to search for; ``{property}`` stands for a value of the trigger.
            ai_connection_name: the common prefix of the app settings for the AI service; empty for
                the default settings.
            embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
            chat_model: the chat model or deployment, or ``%SETTING%``.
            system_prompt: the instruction to the model that comes before the documents found.
            max_knowledge_count: the most documents to give to the model.
            temperature: how random the answers are, as text from ``"0"`` to ``"2"``.
            top_p: the probability mass that answers are sampled from, as text from ``"0"`` to
                ``"1"``; an alternative to ``temperature``.
            max_tokens: the most tokens of an answer, as text.
            is_reasoning_model: whether the model reasons, and so takes neither temperature nor
                ``top_p``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def assistant_create_output(
        self,
        arg_name: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Create an assistant.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def embeddings_store_output(
        self,
        arg_name: str,
        input: str,
        input_type: InputType,
        store_connection_name: str,
        collection: str,
        ai_connection_name: str | None = "",
        embeddings_model: OpenAIModels | str | None = OpenAIModels.DefaultEmbeddingsModel,
        max_chunk_length: int | None = 8192,
        max_overlap: int | None = 128,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Compute embeddings of a text and store them for search.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            input: the text, or the path or URL of the file, that ``input_type`` says.
            input_type: what ``input`` holds: a member of InputType.
            store_connection_name: the app setting with the connection to the vector store.
            collection: the collection, table or index of the store.
            ai_connection_name: the common prefix of the app settings for the AI service; empty for
                the default settings.
            embeddings_model: the embeddings model or deployment, or ``%SETTING%``.
            max_chunk_length: the most characters in a chunk of the text.
            max_overlap: how many characters two chunks may share.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: further keys of the binding, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def generic_input_binding(
        self,
        arg_name: str,
        type: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Read data by a binding that has no decorator of its own.

        Args:
            arg_name: the parameter that is given the payload: str or bytes.
            type: the binding type, as its extension names it in ``function.json``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: the binding's keys, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """

    def generic_output_binding(
        self,
        arg_name: str,
        type: str,
        data_type: DataType | str | None = None,
        **kwargs: Any,
    ) -> FunctionDecorator:
        """Send results by a binding that has no decorator of its own.

        Args:
            arg_name: the ``Out`` parameter to set, or ``"$return"`` for the return value.
            type: the binding type, as its extension names it in ``function.json``.
            data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
                ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
                binding.
            kwargs: the binding's keys, in snake case.

        Raises:
            UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
        """
