"""Memory grows no faster than what is decoded."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from azure_functions_lib.meta import Datum
from tests.bindings.test_bad_input import BINDINGS

from .targets import decoders

LARGE = (2_000, 20_000)
"""Sizes between which memory may grow only as the input does."""


def peak(binding: str, datum: Datum, metadata: Any) -> int:
    """Give the bytes that decoding and reading one payload allocates at most."""
    tracemalloc.start()  # which slows all of it down
    try:
        decoders((binding, datum, metadata))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def check_memory() -> None:
    """Check that memory grows no faster than the input, for every binding and large inputs."""
    shapes: list[Callable[[int], tuple[Datum, Any]]] = [
        lambda size: (Datum("x" * size, "string"), None),
        lambda size: (Datum(b"x" * size, "bytes"), None),
        lambda size: (Datum(json.dumps(["x"] * size), "json"), None),
        lambda size: (Datum("[" * size, "json"), None),
        lambda size: (
            Datum(SimpleNamespace(string=["x"] * size), "collection_string"),
            {
                f"{name}Array": Datum(json.dumps([None] * size), "json")
                for name in ("SystemProperties", "UserProperties", "Offset")
            },
        ),
        lambda size: (Datum("x", "string"), {"Id": Datum("9" * size, "string")}),
    ]
    for binding in BINDINGS:
        for number, shape in enumerate(shapes):
            small, large = (peak(binding, *shape(size)) for size in LARGE)
            factor = LARGE[1] / LARGE[0]
            # A fixed part of the memory does not count; twice as steep is not linear.
            assert large < 2 * factor * max(small, 100_000), (binding, number, small, large)
    print(f"memory grows linearly for {len(BINDINGS)} binding types", flush=True)
