"""Run the fuzzer for a number of seconds: ``python -m tests.fuzz 600``."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
import tracemalloc
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

try:
    import atheris
except ImportError:
    atheris = None

# atheris follows the lines of what is imported in this block.
with atheris.instrument_imports(include=["azure_functions_lib"]) if atheris else nullcontext():
    from azure_functions_lib import get_binding_registry
    from azure_functions_lib.errors import AzureFunctionsError
    from azure_functions_lib.meta import Datum
    from tests.bindings.test_bad_input import BINDINGS, check_error, read_completely
    from tests.fuzz.targets import TARGETS

    for name in BINDINGS:
        get_binding_registry().codec(name)

SLOWEST = 5.0
"""Seconds of the processor that one input may take.

That is far more than it takes, and far less than what is not linear would.
"""

LARGE = (10_000, 100_000)
"""Sizes between which memory may grow only as the input does."""


def feed(binding: str, datum: Datum | None, metadata: Any) -> None:
    """Decode one payload and read what comes out; raise AssertionError for a finding."""
    start = time.process_time()
    answer(binding, datum, metadata)
    taken = time.process_time() - start
    assert taken < SLOWEST, f"{binding}: {taken:.1f} s for {datum!r} {metadata!r}"


def answer(binding: str, datum: Datum | None, metadata: Any) -> None:
    """Do as :func:`feed` does, however long it takes."""
    try:
        value = get_binding_registry().codec(binding).decode(datum, trigger_metadata=metadata)
    except AzureFunctionsError as error:
        check_error(error)
    except Exception as error:
        raise AssertionError(f"{binding}: {datum!r} {metadata!r}: {error!r}") from error
    else:
        read_completely(value)


def fuzz(seconds: float) -> None:
    """Feed payloads until the time is over: drawn by hypothesis, or as atheris leads it."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st

    from tests import strategies

    count = 0

    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(BINDINGS), strategies.datums(), strategies.metadata())
    def one(binding: str, datum: Datum | None, metadata: Any) -> None:
        nonlocal count
        count += 1
        feed(binding, datum, metadata)

    if atheris:
        options = [f"-max_total_time={seconds:.0f}", "-max_len=2048", "-len_control=0"]
        options.append(f"-artifact_prefix={tempfile.gettempdir()}/")
        atheris.Setup([sys.argv[0], *options], one.hypothesis.fuzz_one_input)
        atheris.Fuzz()  # ends the process, and says what it did
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one()
    print(f"{count} inputs by hypothesis in {seconds:.0f} s, no finding")


def fuzz_target(target: str, seconds: float) -> None:
    """Feed one of the other targets until the time is over."""
    from hypothesis import HealthCheck, Phase, given, settings

    from tests.fuzz.targets import STRATEGIES
    from tests.fuzz.targets import feed as feed_target

    count = 0

    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[target])
    def one(data: bytes) -> None:
        nonlocal count
        count += 1
        feed_target(target, data)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        one()
    print(f"{target}: {count} inputs, no finding", flush=True)


def peak(binding: str, datum: Datum, metadata: Any) -> int:
    """Give the bytes that decoding and reading one payload allocates at most."""
    tracemalloc.start()  # which slows all of it down
    try:
        answer(binding, datum, metadata)
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


def main(seconds: float) -> None:
    """Fuzz for a number of seconds and say what was done."""
    logging.getLogger("azure_functions_lib").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", DeprecationWarning)
    check_memory()
    print(f"memory grows linearly for {len(BINDINGS)} binding types", flush=True)
    for target in TARGETS:
        fuzz_target(target, seconds / 2 / len(TARGETS))
    fuzz(seconds / 2)  # with atheris it ends the process


main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
