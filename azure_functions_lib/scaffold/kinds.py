"""The kinds of functions that an app can be begun with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["KINDS", "Kind"]

# Service Bus, Event Hubs and Cosmos DB have emulators, whose keys are the same for everyone.
_BUS = (
    "Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;"
    "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;"
)
_COSMOS = (
    "AccountEndpoint=https://localhost:8081/;AccountKey="
    "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==;"
)


@dataclass(frozen=True)
class Kind:
    """A kind of function; its code is ``templates/functions/NAME.py``.

    Attributes:
        requires: the packages that its code imports besides this library.
        settings: the settings that its bindings name, with values for emulators.
        folder: whether it can be a folder with function.json too.
        whole: whether it is an app of its own, to which nothing is added.
    """

    requires: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    folder: bool = True
    whole: bool = False


KINDS = {
    "http": Kind(),
    "queue": Kind(),
    "blob": Kind(),
    "timer": Kind(),
    "service-bus": Kind(settings={"ServiceBusConnection": _BUS}),
    "event-hub": Kind(settings={"EventHubConnection": _BUS}),
    "event-grid": Kind(),
    "cosmos": Kind(settings={"CosmosDBConnection": _COSMOS}),
    "kafka": Kind(settings={"KafkaBrokers": "localhost:9092"}),
    "mcp": Kind(folder=False),
    "durable": Kind(requires=("azure-functions-durable",), folder=False),
    "asgi": Kind(requires=("fastapi",), folder=False, whole=True),
    "wsgi": Kind(requires=("flask",), folder=False, whole=True),
}
"""The kinds by name."""
