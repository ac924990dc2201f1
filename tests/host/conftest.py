"""Runs tests that are coroutine functions, and gives them a store of each kind and its clock."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from azure_functions_lib.host.storage.embedded import EmbeddedStorage


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 8, 1, 10, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.time

    def pass_by(self, **span: float) -> None:
        self.time += timedelta(**span)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(params=["memory", "file"])
def storage(request: pytest.FixtureRequest, clock: HandClock) -> Iterator[Any]:
    """Each kind of store, empty; its time is that of ``clock``."""
    # The file is in memory too, where the system has such a place: a disk would only be slower.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with TemporaryDirectory(dir=place) as folder:
        path = Path(folder) / "state.db" if request.param == "file" else None
        storage = EmbeddedStorage(path, now=clock.now)
        yield storage
        asyncio.run(storage.close())
