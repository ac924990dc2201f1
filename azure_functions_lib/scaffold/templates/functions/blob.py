import logging

import azure_functions_lib as func

app = func.FunctionApp()
logger = logging.getLogger(__name__)


@app.blob_trigger(
    "blob",
    path="my-function-items/{name}",
    connection="AzureWebJobsStorage",
)
def my_function(blob: func.InputStream) -> None:
    logger.info("Blob %s: %d bytes", blob.name, len(blob.read()))
