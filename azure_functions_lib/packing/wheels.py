"""The distributions of a site-packages folder: made the same everywhere, and looked over."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from packaging.tags import parse_tag

from ..app.distributions import canonical
from .target import Target

__all__ = ["make_uniform", "names_taken", "unfit_wheels"]

_INSTALLER = "azfl pack"
# Programs name this machine's Python in their first line; nobody calls them on the platform.
_PROGRAMS = ("bin", "Scripts")
# What installers note of themselves, of this machine and of the moment.
_NOTES = ("REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")


def make_uniform(site_packages: Path) -> None:
    """Remove what depends on the installer and on this machine.

    Raises:
        OSError: the folder cannot be changed.
    """
    for name in _PROGRAMS:
        shutil.rmtree(site_packages / name, ignore_errors=True)
    (site_packages / ".lock").unlink(missing_ok=True)
    for cache in [*site_packages.rglob("__pycache__")]:
        shutil.rmtree(cache)
    for folder in site_packages.glob("*.dist-info"):
        for name in _NOTES:
            (folder / name).unlink(missing_ok=True)
        (folder / "INSTALLER").write_text(_INSTALLER, encoding="utf-8")
        _rewrite_record(site_packages, folder)


def _rewrite_record(site_packages: Path, folder: Path) -> None:
    record = folder / "RECORD"
    if not record.is_file():
        return
    rows = csv.reader(io.StringIO(record.read_text(encoding="utf-8")))
    installer = f"{folder.name}/INSTALLER"
    kept = [
        row for row in rows if row and row[0] != installer and (site_packages / row[0]).is_file()
    ]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sorted([*kept, [installer, "", ""]]))
    record.write_bytes(text.getvalue().encode())


def unfit_wheels(site_packages: Path, target: Target) -> Iterator[tuple[str, str]]:
    """Yield each distribution that does not work on a target, and why."""
    for folder in sorted(site_packages.glob("*.dist-info")):
        file = folder / "WHEEL"
        if not file.is_file():
            continue
        texts = re.findall(r"^Tag: (\S+)", file.read_text(encoding="utf-8"), re.MULTILINE)
        tags = [tag for text in texts for tag in parse_tag(text)]
        name = folder.name.removesuffix(".dist-info")
        if tags and target.tags.isdisjoint(tags):
            made_for = ", ".join(sorted(texts))
            yield (
                name,
                f"is a wheel for {made_for}, not for Python {target.python} on {target.platform}",
            )
        elif tags and all(tag.platform == target.native for tag in tags):
            yield name, "was built on this machine, for its C library and the libraries it has"


def names_taken(site_packages: Path) -> Iterator[tuple[str, str]]:
    """Yield each distribution that has files below ``azure/functions``, and what they take."""
    for folder in sorted(site_packages.glob("*.dist-info")):
        if canonical(folder.name.partition("-")[0]) == "azure-functions":
            continue
        record = folder / "RECORD"
        if not record.is_file():
            continue
        for row in csv.reader(io.StringIO(record.read_text(encoding="utf-8"))):
            if row and row[0] in ("azure/__init__.py", "azure/functions/__init__.py"):
                yield folder.name.removesuffix(".dist-info"), row[0]
