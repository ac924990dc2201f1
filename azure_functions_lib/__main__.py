"""The command line: ``azfl``, or ``python -m azure_functions_lib``."""

from __future__ import annotations

import sys
from io import TextIOWrapper

# The packages that commands need, and the extra that each comes with.
_EXTRAS = {
    **dict.fromkeys(("click", "packaging", "pathspec", "rich", "tomli"), "cli"),
    **dict.fromkeys(("uvicorn", "watchfiles"), "host"),
}


def main() -> None:
    """Run the command line and leave with its exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # whose encoding may lack what a function answers
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        from .cli.app import cli

        cli(prog_name="azfl")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        extra = _EXTRAS.get(package)
        if extra is None:
            raise
        print(
            f"azfl needs the package {package!r}: pip install 'azure-functions-lib[{extra}]'",
            file=sys.stderr,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
