"""The application settings of an app on this machine, which are its environment variables too."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..app.root import app_root
from ..app.settings import read_local_settings
from ..errors import AppError

__all__ = ["read_settings"]

# What the local host gives a Python worker that has no such setting.
_DEFAULTS = {"PYTHON_THREADPOOL_THREAD_COUNT": "1000"}


def read_settings(
    app: Path, *, base_url: str = "http://localhost:7071", env_file: Path | None = None
) -> dict[str, str]:
    """Read the application settings anew, as its files are now.

    A variable of this process that is not empty wins over one of the file of variables, and that
    over ``Values`` of local.settings.json. The rest is what Azure Functions Core Tools set.

    Args:
        app: the app's folder.
        base_url: scheme and host of the app's URLs.
        env_file: a file with a line ``NAME=VALUE`` for each variable.

    Raises:
        AppError: there is no such folder, or a file cannot be read.
    """
    root = app_root(app)
    local = read_local_settings(root)
    settings = {
        **_DEFAULTS,
        **dict(_connection_strings(local.connection_strings)),
        **local.values,
        **dict(() if env_file is None else _variables(env_file)),
    }
    settings.update({k: v for k, v in os.environ.items() if v or k not in settings})
    return {
        **settings,
        "AZURE_FUNCTIONS_ENVIRONMENT": "Development",
        "AzureWebJobsScriptRoot": str(root),
        "FUNCTIONS_APPLICATION_DIRECTORY": str(root),
        "FUNCTIONS_CORETOOLS_ENVIRONMENT": "true",
        "FUNCTIONS_WORKER_RUNTIME": "python",
        "FUNCTIONS_WORKER_RUNTIME_VERSION": "{}.{}".format(*sys.version_info),
        "WEBSITE_HOSTNAME": urlsplit(base_url).netloc,
    }


def _connection_strings(section: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in section.items():
        text = value.get("ConnectionString") if isinstance(value, dict) else value
        if isinstance(text, str) and not {"\0", "="} & {*name} and "\0" not in text:
            yield f"ConnectionStrings:{name}", text


def _variables(file: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise AppError(f"{file}: it cannot be read: {error}. Give a text file in UTF-8") from None
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        name, found, value = line.removeprefix("export ").partition("=")
        value = value.strip()
        if not found or not name.strip() or "\0" in line:  # without the line: it may be a secret
            raise AppError(f"{file}, line {number}: it is not NAME=VALUE. Correct it")
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        yield name.strip(), value
