"""Which account a binding's connection names: that of this machine, or one of Azure Storage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..bindings import Channel, binding_type

if TYPE_CHECKING:
    from ..wire.declaration import Binding

__all__ = ["other_account"]

_STORAGE = (Channel.QUEUE, Channel.BLOB, Channel.TABLE)
_LOCAL = "usedevelopmentstorage=true"
_PARTS = ("accountName", "serviceUri", "blobServiceUri", "queueServiceUri", "tableServiceUri")


def other_account(binding: Binding, settings: Mapping[str, str]) -> str | None:
    """Name the setting that gives a storage binding an account that is not of this machine.

    A connection is looked for as the host does: under ``AzureWebJobs`` and its name, and under its
    name alone; a connection string goes before the parts of an identity. A missing or empty one,
    and ``UseDevelopmentStorage=true``, stand for the account of this machine.

    Returns:
        the name of the setting; None if the account is that of this machine, or the binding is of
        another service.
    """
    if binding_type(binding.type).channel not in _STORAGE:
        return None
    given = str(binding.get_dict_repr().get("connection") or "Storage")
    names = (f"AzureWebJobs{given}", given)
    for name in names:
        value = settings.get(name)
        if value:
            return None if value.replace(" ", "").lower().startswith(_LOCAL) else name
    parts = (f"{name}__{part}" for name in names for part in _PARTS)
    return next((part for part in parts if settings.get(part)), None)
