"""Azure SQL and Azure Database for MySQL: rows as trigger, input and output."""

from __future__ import annotations

from typing import Any

from ..enums import DataType
from ..wire.declaration import InputBinding, OutputBinding, Trigger
from ._rows import RowCodec, RowInput, RowList, RowMapping
from .generic import GenericCodec

__all__ = ["MySqlRow", "MySqlRowList", "SqlRow", "SqlRowList"]


class SqlRow(RowMapping, shown_as="SqlRow"):
    """A row of an Azure SQL table, a mapping of column names to values.

    Built as dicts are: ``SqlRow({"Id": 1})``, ``SqlRow(Id=1)``. A change that comes from the SQL
    trigger is one as well, with ``Operation`` (0 insert, 1 update, 2 delete) and ``Item``, the row
    changed.
    """


class SqlRowList(RowList[SqlRow]):
    """A list of rows: what a query gave, or what is to be inserted or updated."""


class MySqlRow(RowMapping, shown_as="MySqlRow"):
    """A row of an Azure Database for MySQL table, a mapping of column names to values.

    Built as dicts are: ``MySqlRow({"Id": 1})``, ``MySqlRow(Id=1)``.
    """


class MySqlRowList(RowList[MySqlRow]):
    """A list of rows: what a query gave, or what is to be inserted or updated."""


class SqlCodec(RowCodec):
    """Rows read from an Azure SQL database or written to it."""

    binding = "sql"
    row = SqlRow
    rows = SqlRowList
    accepts = (SqlRowList,)
    emits = (SqlRow, SqlRowList, dict)
    emits_many = (SqlRow, dict)


class SqlTriggerCodec(RowInput, GenericCodec):
    """Changes of an Azure SQL table that trigger a function.

    Workers have no type for them and hand over the JSON text. A parameter that asks for
    :class:`SqlRowList` gets one, of rows with ``Operation`` and ``Item``.
    """

    binding = "sqlTrigger"
    row = SqlRow
    rows = SqlRowList
    accepts = (SqlRowList,)


class MySqlCodec(RowCodec):
    """Rows read from an Azure Database for MySQL or written to it."""

    binding = "mysql"
    row = MySqlRow
    rows = MySqlRowList
    accepts = (MySqlRowList,)
    emits = (MySqlRow, MySqlRowList, dict)
    emits_many = (MySqlRow, dict)


class MySqlTriggerCodec(MySqlCodec):
    """Rows of an Azure Database for MySQL table that were changed and trigger a function."""

    binding = "mysqlTrigger"


# -- Declarations --


def sql_trigger(
    arg_name: str,
    table_name: str,
    connection_string_setting: str,
    leases_table_name: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
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
    return Trigger.of_parameters("sqlTrigger", locals())


def sql_input(
    arg_name: str,
    command_text: str,
    connection_string_setting: str,
    command_type: str | None = "Text",
    parameters: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
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
    return InputBinding.of_parameters("sql", locals())


def sql_output(
    arg_name: str,
    command_text: str,
    connection_string_setting: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
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
    return OutputBinding.of_parameters("sql", locals())


def mysql_trigger(
    arg_name: str,
    table_name: str,
    connection_string_setting: str,
    leases_table_name: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
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
    return Trigger.of_parameters("mysqlTrigger", locals())


def mysql_input(
    arg_name: str,
    command_text: str,
    connection_string_setting: str,
    command_type: str | None = "Text",
    parameters: str | None = None,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> InputBinding:
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
    return InputBinding.of_parameters("mysql", locals())


def mysql_output(
    arg_name: str,
    command_text: str,
    connection_string_setting: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> OutputBinding:
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
    return OutputBinding.of_parameters("mysql", locals())
