"""A real host: sockets, storage, time and processes around the rules of ``delivery``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from .host import Host

__all__ = ["create_app"]


def create_app(
    app: str | PathLike[str] = ".",
    *,
    auth: bool = False,
    in_process: bool = False,
    memory: bool = False,
) -> Host:
    """Make the host of an app, as an ASGI application that its server's lifespan starts and stops.

    For any ASGI server: ``uvicorn --factory azure_functions_lib.host:create_app``, or a module with
    ``application = create_app("my_app", auth=True)``.

    Args:
        app: the app's folder; the current one by default.
        auth: whether access keys are asked for.
        in_process: whether the server's process runs the app's code, too.
        memory: whether state is kept in memory only.

    Raises:
        AppError: there is no such app.
        UnavailableError: the state file cannot be opened.
    """
    from .compose import Setup, compose

    return compose(Setup(Path(app), auth=auth, in_process=in_process, memory=memory))
