"""What the commands share that work on the store of a host, running or not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..delivery.storage import StorageError
from ..errors import AzureFunctionsError
from ..host.storage import state_file
from .common import Wrong

if TYPE_CHECKING:
    from ..host.storage.embedded import EmbeddedStorage

T = TypeVar("T")

state_option = click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The state file.  [default: .azfl/state.db of APP]",
)


def with_state(
    app: Path,
    state: Path | None,
    output: str,
    action: Callable[[EmbeddedStorage], Awaitable[T]],
    *,
    make: bool = False,
) -> T:
    """Do something with an app's state, at its host's time; give what it gives.

    Args:
        app: the app's folder.
        state: the state file; None for the one of the app.
        output: how a problem is printed.
        action: what to do.
        make: whether to make the file if there is none; else that is a problem.

    Raises:
        Wrong: there is no state file, or the store refuses.
    """
    from ..host.storage.embedded import EmbeddedStorage

    path = state or state_file(app)
    if not make and not path.exists():
        raise wrong(f"there is no state file {path}", "azfl start makes it, as a put does", output)

    offset = timedelta(0)

    async def act() -> T:
        nonlocal offset
        async with EmbeddedStorage(
            path, now=lambda: datetime.now(timezone.utc) + offset
        ) as storage:
            offset = await storage.clock_offset()
            return await action(storage)

    try:
        return asyncio.run(act())
    except AzureFunctionsError as error:
        code = f"{error.code}: " if isinstance(error, StorageError) else ""
        raise wrong(f"{code}{error}", "See azfl --help", output) from None


def wrong(cause: str, remedy: str, output: str) -> Wrong:
    """Give the error of a command that cannot be done."""
    from ..app.problem import Problem

    return Wrong([Problem(None, None, cause, remedy)], output)
