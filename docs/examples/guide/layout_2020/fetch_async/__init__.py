import asyncio
import threading

import azure_functions_lib as func


async def main(req: func.HttpRequest) -> str:
    await asyncio.sleep(float(req.params.get("seconds", "0")))
    asyncio.get_running_loop()  # there is one, since this is a coroutine function
    return threading.current_thread().name
