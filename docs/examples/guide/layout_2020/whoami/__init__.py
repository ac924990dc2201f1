import json

import azure_functions_lib as func


def main(req: func.HttpRequest, context: func.Context) -> str:
    return json.dumps(
        {
            "invocation_id": context.invocation_id,
            "function_name": context.function_name,
            "function_directory": context.function_directory,
        }
    )
