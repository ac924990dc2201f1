import tempfile
from pathlib import Path

import azure_functions_lib as func


def main(req: func.HttpRequest) -> str:
    with tempfile.NamedTemporaryFile(dir=tempfile.gettempdir()) as scratch:
        scratch.write(req.get_body())
        scratch.flush()
        return f"{Path(scratch.name).stat().st_size} bytes in {tempfile.gettempdir()}"
