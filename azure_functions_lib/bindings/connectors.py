"""Connectors: an event of a connected service as trigger."""

from __future__ import annotations

from typing import Any

from ..enums import DataType
from ..wire.codec import AnsweredTrigger
from ..wire.declaration import Trigger


class ConnectorTriggerCodec(AnsweredTrigger):
    """An event of a connected service, as the text that came."""

    binding = "connectorTrigger"


# -- Declarations --


def connector_trigger(
    arg_name: str,
    data_type: DataType | str | None = None,
    **kwargs: Any,
) -> Trigger:
    """Run the function for events of a connector.

    Args:
        arg_name: the parameter that is given the payload: str, bytes or dict.
        data_type: how the host hands over the payload: ``"string"``, ``"binary"`` or
            ``"stream"``, in any letter case, or a member of DataType; None leaves it to the
            binding.
        kwargs: further keys of the binding, in snake case.

    Raises:
        UnknownNameError: ``data_type`` names no member of DataType (a KeyError and ValueError).
    """
    return Trigger(arg_name, data_type, "connectorTrigger", None, kwargs)
