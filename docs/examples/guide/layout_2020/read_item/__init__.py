import logging

import azure_functions_lib as func


def main(req: func.HttpRequest, obj: func.InputStream) -> str:
    content = obj.read().decode()
    logging.info("item %s has %d characters", req.route_params["id"], len(content))
    return f"item {req.route_params['id']}: {content}"
