"""The host's own paths: ``/admin`` and ``/runtime/webhooks``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..delivery.front import Reply
from .asgi import Message, Receive, Send, respond

if TYPE_CHECKING:
    from .host import Host

__all__ = ["answer"]


async def answer(host: Host, scope: Message, receive: Receive, send: Send) -> None:
    """Answer a request for a path of the host itself."""
    ping = scope["path"] == "/admin/host/ping"
    await respond(send, Reply(200 if ping else 404, []))
