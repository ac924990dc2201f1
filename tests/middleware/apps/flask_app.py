from __future__ import annotations

from collections.abc import Iterator

from flask import Flask, Response, redirect, request

app = Flask(__name__)


@app.get("/greet/<name>")
def greet(name: str) -> Response:
    return Response(f"hello {name}", mimetype="text/plain")


@app.get("/stream")
def stream() -> Response:
    def chunks() -> Iterator[bytes]:
        for number in range(3):
            yield b"%d " % number

    return Response(chunks(), mimetype="text/plain")


@app.get("/old")
def old() -> Response:
    return redirect("/greet/you")  # type: ignore[return-value]


@app.get("/cookies")
def cookies() -> Response:
    answer = Response(request.cookies["seen"], mimetype="text/plain")
    answer.set_cookie("a", "1", path="/")
    answer.set_cookie("b", "2", httponly=True)
    return answer


@app.post("/upload")
def upload() -> str:
    file = request.files["file"]
    return f"{file.filename}: {file.read().decode()}"


@app.get("/fail")
def fail() -> str:
    raise ZeroDivisionError


@app.get("/where")
def where() -> str:
    return request.url
