"""A small shop: the app, with the blueprints of its departments."""

import logging

import azure_functions_lib as func
from blueprints.orders import orders

app = func.FunctionApp(http_auth_level=func.AuthLevel.FUNCTION)
app.register_functions(orders)

ready = False


@app.on_startup
async def open_shop():
    global ready
    ready = True


@app.on_shutdown
def close_shop():
    global ready
    ready = False


@app.middleware
async def note_failures(context, call_next):
    try:
        return await call_next(context)
    except Exception:
        logging.exception("%s has failed", context.function_name)
        raise


@app.route("health", methods=["GET"], auth_level="anonymous")
def health(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("open" if ready else "closed")
