"""What the shop shows to whoever looks: a plain ASGI application, as FastAPI would be one."""

from __future__ import annotations

import asyncio


async def live(scope, receive, send):
    """Answer ``/api/live`` with server-sent events, and anything else by 404."""
    if scope["type"] == "lifespan":
        while True:
            event = (await receive())["type"]
            await send({"type": f"{event}.complete"})
            if event == "lifespan.shutdown":
                return
    if scope["path"] != "/api/live":
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b"Nothing here.\n"})
        return
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number in range(3):
        body = f"data: open since {number} ticks\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await asyncio.sleep(0.1)
    await send({"type": "http.response.body", "body": b""})
