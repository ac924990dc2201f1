"""Requests and responses of FastAPI, streamed."""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.route(route="stream", methods=[func.HttpMethod.GET])
async def stream(req: Request) -> StreamingResponse:
    def parts():
        yield b"a"
        yield b"b"

    return StreamingResponse(parts(), media_type="text/plain")


@app.route(route="json", methods=[func.HttpMethod.POST])
async def js(req: Request) -> JSONResponse:
    return JSONResponse({"length": len(await req.body())})
