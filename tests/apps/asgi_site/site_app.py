async def site(scope, receive, send):
    """Answer with what was asked; an ASGI application."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    message = await receive()
    text = f"{scope['method']} {scope['path']} {scope['query_string']!r} {message['body']!r}"
    headers = [(b"content-type", b"text/plain"), (b"x-site", b"yes")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
