import azure_functions_lib as func
from shared_code import helper


def main(req: func.HttpRequest) -> func.HttpResponse:
    value = req.params.get("value", "")
    if not value.isdigit():
        return func.HttpResponse("Give a whole number: ?value=21", status_code=400)
    return func.HttpResponse(f"{value} * 2 = {helper.double(int(value))}")
