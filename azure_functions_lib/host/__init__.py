"""A real host: sockets, storage, time and processes around the rules of ``delivery``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .host import Host

__all__ = ["create_app"]


def create_app() -> Host:
    """Make the host of the app in the current folder, as an ASGI application.

    For any ASGI server: ``uvicorn --factory azure_functions_lib.host:create_app``.
    """
    from pathlib import Path

    from .compose import Setup, compose

    return compose(Setup(Path.cwd()))
