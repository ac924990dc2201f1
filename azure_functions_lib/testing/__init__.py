"""Tests of function apps: a client that calls their functions, and the payloads a host would send.

::

    from azure_functions_lib.testing import TestClient

    with TestClient("my_app") as client:
        assert client.get("/api/hello?name=you").text == "Hello you"
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import events as events
    from .client import AsyncTestClient as AsyncTestClient
    from .client import TestClient as TestClient
    from .result import ClientResponse as ClientResponse
    from .result import Result as Result

__all__ = ["AsyncTestClient", "ClientResponse", "Result", "TestClient", "events"]

_PLACES = {
    "AsyncTestClient": "client",
    "ClientResponse": "result",
    "Result": "result",
    "TestClient": "client",
}


def __getattr__(name: str) -> object:
    # The pytest plugin lies below this package and is imported in every run of pytest.
    from importlib import import_module

    if name == "events":
        return import_module(f"{__name__}.events")
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = value
    return value
