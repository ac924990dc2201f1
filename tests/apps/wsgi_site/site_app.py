class Site:
    """A WSGI application."""

    def __init__(self, greeting):
        self.greeting = greeting

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/missing":
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no page"]
        size = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(size).decode()
        start_response("200 OK", [("Content-Type", "text/html"), ("X-Site", "yes")])
        text = f"{self.greeting} {environ['REQUEST_METHOD']} {environ['QUERY_STRING']} {body}"
        return [text.encode()]
