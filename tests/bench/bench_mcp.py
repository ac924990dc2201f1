"""MCP triggers: decode and encode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import azure_functions_lib as func
from tests.bench import Row, compare, peer

CONTEXT = '{"name": "weather", "arguments": {"city": "Oslo", "days": 3}}'
FORECAST = {"city": "Oslo", "degrees": 3.5}


def decode(library: Any, binding: str) -> Callable[[], object]:
    codec = library.get_binding_registry().get(binding)
    datum = library.meta.Datum(CONTEXT, "json")
    return lambda: codec.decode(datum, trigger_metadata={})


def encode(library: Any, binding: str, value: object) -> Callable[[], object]:
    codec = library.get_binding_registry().get(binding)
    return lambda: codec.encode(value, expected_type=None)


def rows() -> Iterator[Row]:
    """Measure."""
    for binding in ("mcpToolTrigger", "mcpResourceTrigger", "mcpPromptTrigger"):
        theirs = peer and decode(peer, binding)
        yield compare(f"{binding}: decode", decode(func, binding), theirs, target=1)
    for name, value, target in (("str", "sunny", 1), ("dict", FORECAST, 50)):
        ours = encode(func, "mcpToolTrigger", value)
        theirs = peer and encode(peer, "mcpToolTrigger", value)
        yield compare(f"mcpToolTrigger: encode {name}", ours, theirs, target=target)
