import azure_functions_lib as func


def main(req: func.HttpRequest) -> str:
    return f"Hello, {req.params.get('user')}!"
