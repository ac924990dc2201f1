"""Run the fuzzer: ``python -m tests.fuzz [SECONDS [TARGET...]]``, by default all for a minute."""

from __future__ import annotations

import faulthandler
import logging
import os
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from .inputs import STRATEGIES
from .memory import check_memory
from .targets import TARGETS, feed_in_time

HANG = 60
"""Seconds after which an input that has not ended is taken for one that never does."""

KEPT = Path(tempfile.gettempdir(), f"azfl-fuzz-{os.getpid()}")
"""Where an input lies that ends the process, as a hang or a fault of an extension does."""


def fuzz(target: str, end: float) -> None:
    """Feed a target until a monotonic time; what it raises is the finding."""
    start = time.monotonic()
    count, slowest, largest = 0, 0.0, 0

    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[target])
    def draw(data: Any) -> None:
        nonlocal count, slowest, largest
        KEPT.write_bytes(data if isinstance(data, bytes) else repr(data).encode())
        faulthandler.dump_traceback_later(HANG, exit=True)
        size, cost = feed_in_time(target, data)
        count, slowest, largest = count + 1, max(slowest, cost), max(largest, size)

    try:
        draw()
        while time.monotonic() < end:
            draw()
    finally:
        faulthandler.cancel_dump_traceback_later()
        KEPT.unlink(missing_ok=True)
        print(
            f"{target:14} {count:8,} inputs in {time.monotonic() - start:4.0f} s, the largest of "
            f"{largest:9,} bytes, the slowest {slowest:.2f} s per 100 KB",
            flush=True,
        )


def main(seconds: float, targets: list[str]) -> int:
    """Give each target its share of the time; a finding ends its own only.

    Returns:
        1 if there is a finding.
    """
    print(f"an input that ends this process is kept in {KEPT}", flush=True)
    end = time.monotonic() + seconds
    findings = []
    for done, target in enumerate(targets):
        now = time.monotonic()
        try:
            fuzz(target, now + (end - now) / (len(targets) - done))
        except Exception:
            traceback.print_exc()
            findings.append(target)
    print(f"findings: {', '.join(findings) or 'none'}")
    return 1 if findings else 0


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    seconds = float(sys.argv[1]) if sys.argv[1:] else 60.0
    if not sys.argv[2:]:
        check_memory()
    sys.exit(main(seconds, sys.argv[2:] or [*TARGETS]))
