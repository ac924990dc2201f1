import azure_functions_lib as func
from fastapi import FastAPI

api = FastAPI()


@api.get("/api/hello/{name}")
async def hello(name: str) -> dict[str, str]:
    return {"message": f"Hello, {name}!"}


app = func.AsgiFunctionApp(
    api,
    http_auth_level=func.AuthLevel.ANONYMOUS,
    function_name="my_function",
)
