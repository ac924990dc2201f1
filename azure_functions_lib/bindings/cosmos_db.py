"""Azure Cosmos DB: documents as trigger, input and output."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from ..enums import CosmosDBChangeFeedMode, DataType
from ..wire.declaration import InputBinding, OutputBinding, Trigger
from ._rows import RowCodec, RowList, RowMapping

__all__ = ["Document", "DocumentList"]


class Document(RowMapping, shown_as="azure.Document"):
    """An item of an Azure Cosmos DB container, a mapping.

    Built as dicts are: ``Document({"id": "1"})``, ``Document(id="1")``.
    """

    def to_dict(self) -> dict[str, Any]:
        """Give the properties as a dict, their values as they are."""
        return dict(self.data)


class DocumentList(RowList[Document]):
    """A list of documents: what a query or the change feed gave, or what is to be written."""


class CosmosDBCodec(RowCodec):
    """Documents read from a container or written to it."""

    binding = "cosmosDB"
    row = Document
    rows = DocumentList
    accepts = (DocumentList,)
    emits = (Document, DocumentList, dict)
    emits_many = (Document, dict)


class CosmosDBTriggerCodec(CosmosDBCodec):
    """Documents that were created or changed and trigger a function."""

    binding = "cosmosDBTrigger"


# -- Declarations --


def cosmos_db_trigger(
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
) -> Trigger:
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
    if isinstance(start_from_time, (datetime, time)):
        start_from_time = start_from_time.isoformat()
    if isinstance(change_feed_mode, CosmosDBChangeFeedMode):
        change_feed_mode = change_feed_mode.value
    return Trigger.of_parameters("cosmosDBTrigger", locals())


def cosmos_db_trigger_v3(
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
) -> Trigger:
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
    return Trigger.of_parameters("cosmosDBTrigger", locals())


def cosmos_db_input(
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
) -> InputBinding:
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
    return InputBinding.of_parameters("cosmosDB", locals())


def cosmos_db_input_v3(
    arg_name: str,
    database_name: str,
    collection_name: str,
    connection_string_setting: str,
    id: str | None = None,
    sql_query: str | None = None,
    partition_key: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
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
    return InputBinding.of_parameters("cosmosDB", locals())


def cosmos_db_output(
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
) -> OutputBinding:
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
    return OutputBinding.of_parameters("cosmosDB", locals())


def cosmos_db_output_v3(
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
) -> OutputBinding:
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
    return OutputBinding.of_parameters("cosmosDB", locals())
