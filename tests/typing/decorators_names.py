"""The names that ``route`` takes as text, and the types that middlewares are annotated with."""

from __future__ import annotations

from typing import Any

import azure_functions_lib as func

app = func.FunctionApp()
app.route(methods=["GET", "post", func.HttpMethod.PATCH], auth_level="anonymous")
app.route(methods=("Delete",), auth_level=func.AuthLevel.ADMIN)
app.route(methods="QUERY", auth_level="FUNCTION")
app.route(methods={"PUT", "HEAD", "OPTIONS"})
app.route(methods=list(func.HttpMethod))

app.route(methods=["GIT"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
app.route(methods="GIT")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
app.route(auth_level="anonymus")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
func.FunctionApp("anonymus")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@app.middleware
async def timed(context: func.Context, call_next: func.CallNext) -> Any:
    return await call_next(context)


@app.middleware
def passed_on(context: func.Context, call_next: func.CallNext) -> Any:
    return call_next()


async def wrong(context: func.Context, call_next: func.CallNext) -> Any:
    return await call_next("text")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
