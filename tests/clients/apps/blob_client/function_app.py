"""Blobs as clients of the storage SDK."""

import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)


@app.blob_trigger(arg_name="client", path="in/{name}", connection="AzureWebJobsStorage")
def by_client(client: blob.BlobClient) -> None:
    client.download_blob()


@app.route(route="file")
@app.blob_input(arg_name="client", path="in/file.txt", connection="AzureWebJobsStorage")
def by_input(req: func.HttpRequest, client: blob.BlobClient) -> str:
    return client.blob_name


@app.route(route="stream")
@app.blob_input(arg_name="stream", path="in/file.txt", connection="AzureWebJobsStorage")
def by_stream(req: func.HttpRequest, stream: blob.StorageStreamDownloader) -> str:
    return "".join(stream.chunks())


@app.route(route="container")
@app.blob_input(arg_name="client", path="in", connection="AzureWebJobsStorage")
def by_container(req: func.HttpRequest, client: blob.ContainerClient) -> str:
    return client.container_name
