"""The stores of the host, behind the protocols of :mod:`azure_functions_lib.delivery.storage`."""

from __future__ import annotations

from pathlib import Path

__all__ = ["make_state_folder", "state_file"]


def state_file(app: Path) -> Path:
    """Name the file in which the embedded store of an app is kept, ``.azfl/state.db``."""
    return app / ".azfl" / "state.db"


def make_state_folder(file: Path) -> None:
    """Make the folder of a state file; what is in an ``.azfl`` is nothing for version control."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.parent.name == ".azfl":
        ignore = file.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")
