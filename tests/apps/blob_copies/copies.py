import azure.functions as func

bp = func.Blueprint()


@bp.function_name("CopyBlob")
@bp.blob_trigger(arg_name="original", path="in/{id}", connection="BlobStorage", data_type="BINARY")
@bp.blob_input(arg_name="template_file", path="templates/{id}", connection="BlobStorage")
@bp.blob_output(arg_name="$return", path="out/{id}", connection="BlobStorage")
def copy_blob(original: bytes, template_file: func.InputStream) -> bytes:
    return template_file.read() + original


@bp.route(route="files/{file_name}")
@bp.blob_input("stored_file", "files/{file_name}", "BlobStorage", data_type="string")
def read_file(req: func.HttpRequest, stored_file: str) -> func.HttpResponse:
    return func.HttpResponse(stored_file, headers={"X-File": req.route_params["file_name"]})
