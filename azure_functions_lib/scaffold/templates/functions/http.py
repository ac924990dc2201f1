import azure_functions_lib as func

app = func.FunctionApp()


@app.route(
    "my_function",
    methods=["GET", "POST"],
    auth_level=func.AuthLevel.ANONYMOUS,
)
def my_function(req: func.HttpRequest) -> func.HttpResponse:
    name = req.params.get("name", "world")
    return func.HttpResponse(f"Hello, {name}!")
