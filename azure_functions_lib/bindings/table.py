"""Azure Table storage: entities as input and output."""

from __future__ import annotations

from typing import Any, get_origin

from ..enums import DataType
from ..errors import InvalidPayloadError, preview
from ..wire.codec import annotated_types
from ..wire.datum import DatumLike, TriggerMetadata
from ..wire.declaration import InputBinding, OutputBinding
from ..wire.jsontext import parse_json
from .generic import GenericCodec


class TableCodec(GenericCodec):
    """Entities as plain dicts, with ``PartitionKey`` and ``RowKey``.

    Workers have no type for them and hand over the JSON text. A parameter that asks for ``dict``
    (a binding with a row key) or ``list`` gets the parsed value. What goes out may be a dict, a
    list of dicts, or JSON text.
    """

    binding = "table"
    accepts = (dict, list)
    emits = (*GenericCodec.emits, dict, list)
    emits_many = (dict,)
    takes = "a payload of type 'json', 'string' or 'bytes'"

    @classmethod
    def check_input_type_annotation(cls, pytype: object) -> bool:
        """Whether a parameter may carry this annotation: one for ``dict`` or ``list``."""
        return any((get_origin(part) or part) in (dict, list) for part in annotated_types(pytype))

    @classmethod
    def decode(cls, data: DatumLike, *, trigger_metadata: TriggerMetadata | None = None) -> Any:
        """Parse the entity or the list of entities; None for no payload."""
        text = super().decode(data)
        if text is None:
            return None
        try:
            return parse_json(text)
        except ValueError as error:
            raise InvalidPayloadError.of(
                cls.binding, "body", came=preview(text), expected="JSON text"
            ) from error


# -- Declarations --


def table_input(
    arg_name: str,
    connection: str,
    table_name: str,
    row_key: str | None = None,
    partition_key: str | None = None,
    take: int | None = None,
    filter: str | None = None,
    data_type: DataType | str | None = None,
) -> InputBinding:
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
    return InputBinding.of_parameters("table", locals())


def table_output(
    arg_name: str,
    connection: str,
    table_name: str,
    row_key: str | None = None,
    partition_key: str | None = None,
    data_type: DataType | str | None = None,
) -> OutputBinding:
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
    return OutputBinding.of_parameters("table", locals())
