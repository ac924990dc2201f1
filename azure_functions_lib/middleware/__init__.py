"""ASGI and WSGI applications served by an HTTP function."""
