"""Puts a host together: who runs the code, where state is kept, who may call."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..delivery.cors import Cors
from ..errors import AppError
from .messages import Load
from .observer import Observer
from .settings import read_settings
from .spawn import Spawned, spawn
from .storage import make_state_folder, state_file

if TYPE_CHECKING:
    from .host import Host
    from .keys import KeyFiles
    from .worker import Workers

__all__ = ["MOST_PROCESSES", "Setup", "begin", "compose"]

_PROCESSES = "FUNCTIONS_WORKER_PROCESS_COUNT"

MOST_PROCESSES = 64
"""How many child processes there may be."""


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
        env_file: a file of further settings; see :func:`.settings.read_settings`.
        variables: further settings, which win over all others.
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
    env_file: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def state_file(self) -> Path | None:
        """The file that state is kept in; None for memory."""
        return None if self.memory else self.state or state_file(self.app)


def begin(setup: Setup) -> list[Spawned]:
    """Start the child processes of a host that is yet to be composed; see :mod:`.spawn`.

    Returns:
        what :func:`compose` is to be given.

    Raises:
        AppError: there is no such app.
    """
    if _is_in_process(setup):
        return []
    settings = _settings(setup)
    load = _load(setup, again=False)
    return [spawn(load, settings) for _ in range(_process_count(setup, settings))]


def compose(setup: Setup, observer: Observer | None = None, begun: Iterable[Spawned] = ()) -> Host:
    """Make a host, which is not started yet.

    Args:
        setup: what it is started with.
        observer: is told what happens.
        begun: child processes that load the app already.

    Raises:
        UnavailableError: the state file cannot be opened.
        AppError: there is no such app.
    """
    from .clock import HostClock
    from .host import Host
    from .journal import Journal
    from .storage.embedded import EmbeddedStorage

    observer = observer or Observer()
    clock = HostClock()
    if setup.state_file is not None:
        make_state_folder(setup.state_file)
    storage = EmbeddedStorage(setup.state_file, now=clock.now)

    loaded = False

    def workers(settings: Mapping[str, str]) -> Workers:
        nonlocal begun, loaded
        first, begun = begun, ()
        again, loaded = loaded, True
        return _workers(setup, settings, observer, first, again=again)

    return Host(
        workers,
        storage,
        clock,
        settings=lambda: _settings(setup),
        journal=Journal(storage.database),
        observer=observer,
        keys=_keys(setup, _settings(setup)) if setup.auth else None,
        cors=setup.cors,
        base_url=setup.base_url,
        grace=setup.grace,
    )


def _settings(setup: Setup) -> dict[str, str]:
    read = read_settings(setup.app, base_url=setup.base_url, env_file=setup.env_file)
    return {**read, **setup.variables}


def _keys(setup: Setup, settings: Mapping[str, str]) -> KeyFiles:
    from .keys import KeyFiles, secrets_folder

    make_state_folder(state_file(setup.app))
    return KeyFiles(secrets_folder(setup.app, settings))


def _workers(
    setup: Setup,
    settings: Mapping[str, str],
    observer: Observer,
    begun: Iterable[Spawned],
    *,
    again: bool,
) -> Workers:
    if _is_in_process(setup):
        from .worker import Worker

        return Worker(setup.app, setup.functions, settings)
    from .pool import Pool

    return Pool(
        _load(setup, again=again),
        count=_process_count(setup, settings),
        environment=settings,
        grace=setup.grace,
        begun=begun,
        tell=observer.told,
        lost=observer.noted,
    )


def _is_in_process(setup: Setup) -> bool:
    return setup.in_process or sys.platform == "win32"  # where a process is given no socket


def _load(setup: Setup, *, again: bool) -> Load:
    return Load(setup.app.resolve(), setup.functions, setup.grace, keeps_bytecode=not again)


def _process_count(setup: Setup, settings: Mapping[str, str]) -> int:
    if setup.processes is not None:
        return setup.processes
    given = settings.get(_PROCESSES) or "1"
    try:
        count = int(given)
    except ValueError:
        count = 0
    if not 1 <= count <= MOST_PROCESSES:
        raise AppError(f"{_PROCESSES}: expected a number from 1 to {MOST_PROCESSES}")
    return count
