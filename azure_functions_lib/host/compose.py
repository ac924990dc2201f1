"""Puts a host together: who runs the code, where state is kept, who may call."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..delivery.cors import Cors
from .clock import HostClock
from .host import Host, Observer
from .journal import Journal
from .messages import Load
from .storage import make_state_folder, state_file
from .storage.embedded import EmbeddedStorage

if TYPE_CHECKING:
    from .worker import Workers

__all__ = ["Setup", "compose"]

_PROCESSES = "FUNCTIONS_WORKER_PROCESS_COUNT"


@dataclass(frozen=True)
class Setup:
    """What a host is started with.

    Attributes:
        app: the app's folder.
        base_url: scheme and host of its URLs.
        functions: the names of the functions to load; all if there are none.
        processes: how many child processes run the code; None for what the setting
            ``FUNCTIONS_WORKER_PROCESS_COUNT`` says, or one.
        in_process: whether this process runs it.
        memory: whether state is kept in memory only.
        state: the state file; None for ``.azfl/state.db`` of the app.
        auth: whether access keys are asked for.
        cors: whose pages may call the app; None for what local.settings.json says.
        grace: how many seconds running invocations may take to end.
    """

    app: Path
    base_url: str = "http://localhost:7071"
    functions: tuple[str, ...] = ()
    processes: int | None = None
    in_process: bool = False
    memory: bool = False
    state: Path | None = None
    auth: bool = False
    cors: Cors | None = None
    grace: float = 5.0

    @property
    def state_file(self) -> Path | None:
        """The file that state is kept in; None for memory."""
        return None if self.memory else self.state or state_file(self.app)


def compose(setup: Setup, observer: Observer | None = None) -> Host:
    """Make a host, which is not started yet.

    Args:
        setup: what it is started with.
        observer: is told what happens.

    Raises:
        UnavailableError: the state file cannot be opened.
    """
    observer = observer or Observer()
    clock = HostClock()
    if setup.state_file is not None:
        make_state_folder(setup.state_file)
    storage = EmbeddedStorage(setup.state_file, now=clock.now)
    return Host(
        _workers(setup, observer),
        storage,
        clock,
        journal=Journal(storage.database),
        observer=observer,
        cors=setup.cors,
        base_url=setup.base_url,
        grace=setup.grace,
    )


def _workers(setup: Setup, observer: Observer) -> Workers:
    if setup.in_process:
        from .worker import Worker

        return Worker(setup.app, setup.functions)
    from .pool import Pool

    count = setup.processes or int(os.environ.get(_PROCESSES) or 1)
    return Pool(
        Load(setup.app.resolve(), setup.functions),
        count=count,
        grace=setup.grace,
        tell=observer.told,
        lost=observer.noted,
    )
