"""Tests of function apps: a client that calls their functions, and the payloads a host would send.

::

    from azure_functions_lib.testing import TestClient

    with TestClient("my_app") as client:
        assert client.get("/api/hello?name=you").text == "Hello you"
"""

from __future__ import annotations

from .._lazy import lazy

TYPE_CHECKING = bool()
if TYPE_CHECKING:
    from . import events as events
    from .async_client import AsyncTestClient as AsyncTestClient
    from .client import TestClient as TestClient
    from .durable import AsyncDurableEntity as AsyncDurableEntity
    from .durable import AsyncOrchestration as AsyncOrchestration
    from .durable import DurableEntity as DurableEntity
    from .durable import Orchestration as Orchestration
    from .live_host import live as live
    from .result import ClientResponse as ClientResponse
    from .result import Result as Result

__all__ = [
    "AsyncDurableEntity",
    "AsyncOrchestration",
    "AsyncTestClient",
    "ClientResponse",
    "DurableEntity",
    "Orchestration",
    "Result",
    "TestClient",
    "events",
    "live",
]

# The pytest plugin lies below this package and is imported in every run of pytest.
__getattr__ = lazy(
    __name__,
    {
        "AsyncDurableEntity": "durable",
        "AsyncOrchestration": "durable",
        "AsyncTestClient": "async_client",
        "ClientResponse": "result",
        "DurableEntity": "durable",
        "Orchestration": "durable",
        "Result": "result",
        "TestClient": "client",
        "events": "events",
        "live": "live_host",
    },
)
