"""Orders two teas from the shop at ``AZFL_URL``, and tells when they are served."""

import json
import os
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL = os.environ.get("AZFL_URL", "http://localhost:7071")


def send(method, path, body=None):
    """Send a request, and give the JSON that comes back; None for 404."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(URL + path, data, method=method), timeout=10) as response:
            return json.load(response)
    except HTTPError as error:
        if error.code == 404:
            return None
        raise


number = send("POST", "/api/orders", {"item": "tea", "count": 2})["id"]
for _ in range(100):
    served = send("GET", f"/api/orders/{number}")
    if served:
        print(f"{served['count']} x {served['item']}: {served['total']}")
        break
    time.sleep(0.05)
else:
    raise SystemExit(f"order {number} was not served")
