import threading
import time

import azure_functions_lib as func


def main(req: func.HttpRequest) -> str:
    time.sleep(float(req.params.get("seconds", "0")))
    return threading.current_thread().name
