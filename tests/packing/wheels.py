"""Wheels made of what is installed here, so that packages are built without an index."""

from __future__ import annotations

import re
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
LIBRARY = "azure-functions-lib"


def write_wheels(folder: Path, *names: str) -> None:
    """Write the wheels of distributions, and of all that they require."""
    waiting, done = list(names), set()
    while waiting:
        name = re.sub("[-_.]+", "-", waiting.pop()).lower()
        if name in done:
            continue
        done.add(name)
        found = distribution(name)
        write_wheel(folder, found.metadata["Name"], found.version, *contents(found))
        for text in found.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)


def contents(found: Distribution) -> tuple[dict[str, bytes], str, str]:
    """The files, the metadata and the tag of an installed distribution."""
    metadata = found.read_text("METADATA") or found.read_text("PKG-INFO") or ""
    if found.metadata["Name"] == LIBRARY:
        files = [path for path in (ROOT / "azure_functions_lib").rglob("*") if path.is_file()]
        return (
            {
                path.relative_to(ROOT).as_posix(): path.read_bytes()
                for path in files
                if path.suffix != ".pyc"
            },
            metadata,
            "py3-none-any",
        )
    files = {}
    for path in found.files or ():
        # Of the metadata the wheel's own is enough.
        if ".." not in path.parts and path.suffix != ".pyc" and ".dist-info" not in path.parts[0]:
            files[str(path)] = Path(str(found.locate_file(path))).read_bytes()
    tags = re.findall("^Tag: (.+)-(.+)-(.+)", found.read_text("WHEEL") or "", re.MULTILINE)
    return (
        files,
        metadata,
        "-".join(".".join(sorted(set(part))) for part in zip(*tags, strict=True)),
    )


def write_wheel(
    folder: Path,
    name: str,
    version: str,
    files: dict[str, bytes],
    metadata: str = "",
    tag: str = "py3-none-any",
) -> Path:
    """Write a wheel; its metadata names it alone unless more is given."""
    stem = f"{re.sub('[-_.]+', '_', name)}-{version}"
    info = f"{stem}.dist-info"
    wheel = folder / f"{stem}-{tag}.whl"
    metadata = metadata or f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    texts = {
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = [f"{entry},," for entry in [*files, *texts, f"{info}/RECORD"]]
    texts[f"{info}/RECORD"] = "\n".join(record) + "\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for entry, data in files.items():
            archive.writestr(entry, data)
        for entry, text in texts.items():
            archive.writestr(entry, text)
    return wheel
