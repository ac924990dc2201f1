import azure_functions_lib as func
from flask import Flask

site = Flask(__name__)


@site.get("/api/hello/<name>")
def hello(name: str) -> dict[str, str]:
    return {"message": f"Hello, {name}!"}


app = func.WsgiFunctionApp(
    site,
    http_auth_level=func.AuthLevel.ANONYMOUS,
    function_name="my_function",
)
