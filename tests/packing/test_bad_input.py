"""What cannot be packed is a clear error with status 2, and leaves no file behind."""

from __future__ import annotations

import errno
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from azure_functions_lib.packing import archive

from .conftest import Azfl
from .wheels import write_wheel

Spoil = Callable[[Path], None]


def link(name: str, target: str) -> Spoil:
    return lambda app: (app / name).symlink_to(target)


def write(name: str, text: str = "") -> Spoil:
    return lambda app: Path(os.fsdecode(os.fsencode(app / name))).write_text(text) and None


def listen(app: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        # Its name is to be short, however deep the folder is.
        before = Path.cwd()
        os.chdir(app)
        try:
            server.bind("socket")
        finally:
            os.chdir(before)


BAD: dict[str, tuple[Spoil, str]] = {
    "a link to a file outside": (link("hosts", "/etc/hosts"), "hosts: this link leads out of the"),
    "a link to a folder outside": (link("up", "../.."), "up: this link leads out of the app"),
    "a link to nothing": (link("gone", "nowhere"), "gone: cannot be read: No such file"),
    "a link into itself": (link("again", "."), "again: this link leads to a folder that it lies"),
    "a socket": (listen, "socket: this is no regular file"),
    "a character of Windows": (write("a:b.txt"), "cannot be a file's on Windows"),
    "a device of Windows": (write("aux.py"), "for its part 'aux.py'. Rename it"),
    "a dot at the end": (write("name."), "cannot be a file's on Windows"),
    "a backslash": (write("a\\b"), "cannot be a file's on Windows"),
    "a control character": (write("a\x07b"), r"a\x07b': the name cannot be"),
    "no UTF-8": (write("a\udcff"), r"the name is not UTF-8"),
}


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if ".part" in path.name or ".zip" in path.name]


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_no_package_can_hold(azfl: Azfl, app: Path, case: str) -> None:
    spoil, message = BAD[case]
    spoil(app)
    result = azfl("pack", app, "--build", "none", "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert message in result.stderr
    assert leftovers(app.parent) == []


@pytest.mark.parametrize("case", ["a link to a file outside", "a device of Windows"])
def test_a_file_that_is_left_out_may_be_anything(azfl: Azfl, app: Path, case: str) -> None:
    BAD[case][0](app)
    (app / ".funcignore").write_text("hosts\naux.py\n")
    result = azfl("pack", app, "--build", "none", "-o", app.parent / "app.zip")
    assert result.exit_code == 0, result.stderr


def test_a_file_that_cannot_be_read(azfl: Azfl, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root reads every file, so the system's answer is put in its place.
    original = Path.open

    def refuse(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name == "function_app.py" and arguments[:1] == ("rb",):
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)
    result = azfl("pack", app, "--build", "none", "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "function_app.py: cannot be read: Permission denied" in result.stderr
    assert leftovers(app.parent) == []


def test_a_full_disk(azfl: Azfl, app: Path) -> None:
    (app / "data.bin").write_bytes(os.urandom(300_000))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        result = azfl("pack", app, "--build", "none", "-o", app.parent / "app.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert result.exit_code == 2
    assert "app.zip: cannot be written: File too large" in result.stderr
    assert leftovers(app.parent) == []


def test_a_package_that_was_there_stays(azfl: Azfl, app: Path) -> None:
    package = app.parent / "app.zip"
    package.write_text("the last one")
    (app / "aux.py").touch()
    assert azfl("pack", app, "--build", "none", "-o", package).exit_code == 2
    assert package.read_text() == "the last one"


def test_an_interrupt(azfl: Azfl, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(archive, "_add", interrupt)
    result = azfl("pack", app, "--build", "none", "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "interrupted; no package was written" in result.stderr
    assert leftovers(app.parent) == []


def test_a_request_to_terminate(app: Path) -> None:
    """The app's own code is read by ``azfl check`` first, which here ends its parent."""
    text = (app / "function_app.py").read_text()
    code = f"import os, signal\nos.kill(os.getppid(), signal.{signal.SIGTERM.name})\n"
    (app / "function_app.py").write_text(code + text)
    command = [sys.executable, "-m", "azure_functions_lib", "pack", str(app), "--build", "none"]
    done = subprocess.run(
        command, cwd=app.parent, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "interrupted" in done.stderr
    assert leftovers(app.parent) == []


def test_a_folder_that_is_no_app(azfl: Azfl, tmp_path: Path) -> None:
    result = azfl("pack", tmp_path)
    assert result.exit_code == 2
    assert "there is no host.json" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--python", "2.7", "got Python '2.7'; expected 3.10 or later"),
        ("--platform", "win_amd64", "got the platform 'win_amd64'; expected manylinux2014_ARCH"),
    ],
)
def test_a_target_that_there_is_not(
    azfl: Azfl, app: Path, option: str, value: str, message: str
) -> None:
    result = azfl("pack", app, option, value)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.usefixtures("offline")
def test_a_requirement_that_cannot_be_found(azfl: Azfl, app: Path, installer: str) -> None:
    (app / "requirements.txt").write_text("flask\n\nno-such-package==1.0  # ours\n")
    result = azfl("pack", app, "--installer", installer, "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "requirements.txt:3: no-such-package==1.0: " in result.stderr
    assert f"{installer} cannot install it" in result.stderr
    assert leftovers(app.parent) == []


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.usefixtures("offline")
def test_a_package_that_does_not_build(
    azfl: Azfl, app: Path, installer: str, tmp_path: Path
) -> None:
    """Its own message is shown, and the line of the requirement."""
    source = tmp_path / "broken"
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[project]\nname = "broken"\nversion = "1.0"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    (source / "backend.py").write_text(
        "def build_wheel(*_, **__):\n    raise SystemExit('libfoo.h is missing')\n"
    )
    (app / "requirements.txt").write_text(f"flask\nbroken @ {source.as_uri()}\n")
    result = azfl("pack", app, "--installer", installer, "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "requirements.txt:2: broken @ file://" in result.stderr
    assert "libfoo.h is missing" in result.stderr
    assert leftovers(app.parent) == []


def test_there_is_no_installer(azfl: Azfl, app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pip", None)
    (app / "requirements.txt").write_text("flask\n")
    result = azfl("pack", app, "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "neither uv nor pip is here to install dependencies. Install one" in result.stderr


@pytest.mark.parametrize(
    ("path", "message"),
    [("", "uv.lock: needs uv, which is not on PATH"), (None, "uv.lock: uv cannot read it:")],
)
def test_a_lock_file_that_uv_cannot_read(
    azfl: Azfl, app: Path, path: str | None, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if path is not None:
        monkeypatch.setenv("PATH", path)
    (app / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    lock = 'version = 1000\n\n[[package]]\nname = "flask"\nversion = "3.0"\n'
    (app / "uv.lock").write_text(lock)
    result = azfl("pack", app, "--installer", "pip", "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_no_password_of_an_index_is_printed(
    azfl: Azfl, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("PIP_FIND_LINKS", "http://me:hunter2@127.0.0.1:1/wheels")
    (app / "requirements.txt").write_text(
        "flask @ http://127.0.0.1:1/flask-3.0-py3-none-any.whl?sig=hunter2\n"
    )
    for installer in ("pip", "uv"):
        result = azfl("pack", app, "--installer", installer, "-o", app.parent / "app.zip")
        assert result.exit_code == 2
        assert "hunter2" not in result.output


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("pyproject.toml", "[project\n", "pyproject.toml: "),
        ("pyproject.toml", '[project]\ndynamic = ["dependencies"]\n', "are dynamic. Write them"),
        ("pyproject.toml", "[project]\ndependencies = 7\n", "is no list of texts"),
        ("requirements.txt", b"\xff\xfe\xfa", "requirements.txt: cannot be read"),
        ("uv.lock", "version = ", "uv.lock: "),
    ],
)
def test_requirements_that_cannot_be_read(
    azfl: Azfl, app: Path, name: str, text: str | bytes, message: str
) -> None:
    (app / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    result = azfl("pack", app, "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_a_shim_without_the_library(azfl: Azfl, app: Path, wheelhouse: Path) -> None:
    write_wheel(wheelhouse, "pure", "1.0", {"pure.py": b""})
    (app / "requirements.txt").write_text("pure\n")
    result = azfl("pack", app, "--shim", "-o", app.parent / "app.zip")
    assert result.exit_code == 2
    assert "needs azure-functions-lib among the dependencies" in result.stderr


@pytest.mark.parametrize("content", [b"no zip file", None])
def test_a_package_that_is_none(azfl: Azfl, tmp_path: Path, content: bytes | None) -> None:
    package = tmp_path / "app.zip"
    if content is not None:
        package.write_bytes(content)
        result = azfl("pack", "--verify", package)
        assert "app.zip: cannot be unpacked: File is not a zip file" in result.stderr
    else:
        result = azfl("pack", "--verify", package)
        assert "does not exist" in result.stderr
    assert result.exit_code == 2
