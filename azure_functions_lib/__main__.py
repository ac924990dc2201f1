"""The command line: ``azfl``, or ``python -m azure_functions_lib``."""

from __future__ import annotations

import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line and leave with its exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # whose encoding may lack what a function answers
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        from .cli.app import cli

        cli(prog_name="azfl")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("click", "rich"):
            raise
        print(
            f"azfl needs the package {package!r}: pip install 'azure-functions-lib[cli]'",
            file=sys.stderr,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
