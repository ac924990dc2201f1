import azure_functions_lib as func


def main(req: func.HttpRequest, msg: func.Out[func.QueueMessage]) -> str:
    message = req.params.get("body", "an empty order")
    msg.set(message)
    return f"queued: {message}"
