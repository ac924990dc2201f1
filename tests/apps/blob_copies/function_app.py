"""Blobs: a trigger by Event Grid, bytes, streams and text; most of it in a blueprint."""

import azure.functions as func
from copies import bp
from shared import describe

app = func.FunctionApp()
app.register_functions(bp)


@app.blob_trigger(
    arg_name="source_blob",
    path="incoming/{name}",
    connection="BlobStorage",
    source=func.BlobSource.EVENT_GRID,
)
@app.blob_output(arg_name="target_blob", path="described/{name}.txt", connection="BlobStorage")
def describe_blob(source_blob: func.InputStream, target_blob: func.Out[str]) -> None:
    target_blob.set(describe(source_blob))
