"""Drives the shop while it is served, as its callers would: ``azfl start --exec``.

    azfl start --state FILE --exec "python drive.py FILE" .

It looks into the store by the command line, as a person would, and needs nothing but Python.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

URL = os.environ["AZFL_URL"]
STATE = sys.argv[1]


def ask(path, document=None):
    """Send a request, a POST if there is a document; give the status and the text."""
    data = None if document is None else json.dumps(document).encode()
    request = urllib.request.Request(URL + path, data, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def azfl(*arguments):
    """Give what a command prints; nothing if it fails, as for a blob that is not there yet."""
    command = [sys.executable, "-m", "azure_functions_lib", *arguments, "--state", STATE]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    return ended.stdout if ended.returncode == 0 else ""


def until(look):
    """Give what a look finds, as soon as it finds something."""
    for _ in range(300):
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise SystemExit(f"{look} has found nothing")


def order(item):
    """Order something, and give the row that the table has of it in the end."""
    status, text = ask("/api/orders", {"item": item, "count": 2})
    assert status == 202, (status, text)
    number = json.loads(text)["id"]

    def row():
        status, text = ask(f"/api/orders/{number}")
        return json.loads(text) if status == 200 else None

    return until(row)


# HTTP, a queue, a table.
assert ask("/api/orders", {"count": 2})[0] == 400
tea = order("tea")
assert (tea["item"], tea["total"]) == ("tea", 8), tea

# What cannot be served is tried as often as host.json says, and ends in the poison queue, whose
# function notes it.
gold = order("gold")
assert gold["refused"] is True, gold

# A queue, a blob that another function notices, and its copy.
receipt = until(lambda: azfl("blob", "get", f"archive/{tea['id']}.txt", "."))
assert receipt == "2 x tea: 8\n", receipt

# A timer: a day passes in no time.
assert ask("/admin/azfl/clock", {"advance": "1d"})[0] == 200
assert azfl("blob", "list", ".").count("reports/") == 1

# An ASGI application, whose answer comes in parts.
with urllib.request.urlopen(f"{URL}/api/live", timeout=30) as response:
    assert response.headers["content-type"] == "text/event-stream"
    begun = time.monotonic()
    first = response.readline()
    assert first == b"data: open since 0 ticks\n", first
    assert response.read().count(b"data: ") == 2
    assert time.monotonic() > begun, "the answer has come in one piece"

print("The shop serves all that it has.")
