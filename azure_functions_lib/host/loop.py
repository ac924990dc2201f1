"""Runs the host, and its children, on the quickest event loop that is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

__all__ = ["run"]


def run(main: Coroutine[Any, Any, None], *, plain: bool = False) -> None:
    """Run a coroutine to its end: on uvloop where it is installed, else on asyncio's own loop.

    Args:
        main: the coroutine.
        plain: whether it is to be asyncio's own in any case.
    """
    if not plain:
        try:
            import uvloop
        except ImportError:
            pass
        else:
            uvloop.run(main)
            return
    asyncio.run(main)
