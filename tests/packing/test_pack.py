"""Packages hold what a worker needs, are the same for the same app, and are indexed from inside."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from azure_functions_lib.packing.target import HERE

from .conftest import Azfl
from .wheels import ROOT, write_wheel

EXAMPLES = ROOT / "docs" / "examples"
SITE = ".python_packages/lib/site-packages"
PLATFORM = f"manylinux_2_28_{platform.machine()}"


def names(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def digest(package: Path) -> str:
    return hashlib.sha256(package.read_bytes()).hexdigest()


# -- What goes in


def test_host_json_is_at_the_root_also_from_an_app_folder(azfl: Azfl, tmp_path: Path) -> None:
    package = tmp_path / "app.zip"
    azfl("pack", EXAMPLES / "guide" / "layout_2019", "--build", "none", "-o", package)
    assert names(package) == [
        "HttpTrigger/__init__.py",
        "HttpTrigger/function.json",
        "HttpTrigger/my_function.py",
        "Imports/__init__.py",
        "Imports/example.py",
        "Imports/function.json",
        "host.json",
        "requirements.txt",
        "shared_code/__init__.py",
        "shared_code/helper.py",
    ]


def test_settings_secrets_and_caches_never_go_in(azfl: Azfl, app: Path) -> None:
    (app / ".funcignore").write_text("!local.settings.json\n!.git\n")
    for name in (
        "local.settings.json",
        "deep/local.settings.json",
        ".git/config",
        ".azfl/state.db",
        "__pycache__/function_app.cpython-311.pyc",
        "old.pyc",
        "env/pyvenv.cfg",
        "env/lib/site.py",
    ):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text("secret")
    package = app / "app.zip"
    for _ in range(2):  # the package in the app's folder is no part of it
        azfl("pack", app, "--build", "none", "-o", package)
        assert names(package) == ["function_app.py", "host.json"]


def test_a_link_within_the_app_is_the_file_that_it_leads_to(azfl: Azfl, app: Path) -> None:
    (app / "shared").mkdir()
    (app / "shared" / "a.txt").write_text("tea")
    (app / "copy").symlink_to("shared")
    package = app.parent / "app.zip"
    azfl("pack", app, "--build", "none", "-o", package)
    with zipfile.ZipFile(package) as archive:
        assert archive.read("copy/a.txt") == b"tea"


def test_the_list_says_what_goes_in_and_what_does_not(azfl: Azfl, tmp_path: Path) -> None:
    shop = EXAMPLES / "shop"
    result = azfl("pack", shop, "--list", "-o", tmp_path / "app.zip", "--output", "json")
    listed = json.loads(result.stdout)
    assert listed["files"]["host.json"] == (shop / "host.json").stat().st_size
    assert listed["left_out"]["tests"] == ".funcignore:2: tests/"
    assert "never published" in listed["left_out"]["local.settings.json"]
    assert listed["installed"] == ["requirements.txt:1: azure-functions-lib"]
    assert not (tmp_path / "app.zip").exists()
    assert ".funcignore:2: tests/" in azfl("pack", shop, "--list").stdout
    listed = json.loads(azfl("pack", shop, "--list", "--build", "none", "--output", "json").stdout)
    assert listed["installed"] == []


def test_the_same_app_gives_the_same_bytes(azfl: Azfl, app: Path, tmp_path: Path) -> None:
    (app / "run.sh").write_text("#!/bin/sh\n")
    (app / "run.sh").chmod(0o700)
    other = tmp_path / "other"
    shutil.copytree(app, other)
    os.utime(other / "host.json", (0, 0))
    (other / "host.json").chmod(0o600)
    packages = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for root, package in zip((app, other), packages, strict=True):
        azfl("pack", root, "--build", "none", "-o", package)
    assert digest(packages[0]) == digest(packages[1])
    with zipfile.ZipFile(packages[0]) as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert (modes["run.sh"], modes["host.json"]) == (0o100755, 0o100644)


# -- With its dependencies


@pytest.fixture
def menu(app: Path) -> Path:
    """An app that needs a compiled package and one of pure Python."""
    (app / "requirements.txt").write_text("azure-functions-lib\nmarkupsafe\nitsdangerous\n")
    (app / "function_app.py").write_text(
        "import itsdangerous\n"
        "import markupsafe._speedups\n\n"
        "import azure.functions as func\n\n"
        "app = func.FunctionApp()\n\n\n"
        '@app.route("menu")\n'
        "def menu(req: func.HttpRequest) -> str:\n"
        "    return str(markupsafe.escape(itsdangerous.__name__))\n"
    )
    return app


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "installer"),
    [
        ("menu", "pip"),
        ("menu", "uv"),
        ("guide/layout_2019", "uv"),
        ("guide/layout_2020", "uv"),
        ("shop", "uv"),
    ],
)
@pytest.mark.usefixtures("offline")
def test_an_app_with_its_dependencies_is_indexed(
    azfl: Azfl, menu: Path, tmp_path: Path, name: str, installer: str
) -> None:
    root = menu if name == "menu" else EXAMPLES / name
    package = tmp_path / "app.zip"
    options = ["--installer", installer, "--platform", PLATFORM, "--verify", "--output", "json"]
    packed = azfl("pack", root, "-o", package, *options)
    assert packed.exit_code == 0, packed.output
    decoder = json.JSONDecoder()
    document, end = decoder.raw_decode(packed.stdout)
    verified = decoder.decode(packed.stdout[end:].strip())
    assert document["files"] == len(names(package))
    assert verified["problems"] == []
    assert verified["functions"]
    assert verified["answers"].startswith("azure-functions-lib ")
    assert verified["answers"].endswith(" of the package")
    assert not [each for each in names(package) if "/bin/" in each or each.endswith(".pyc")]


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_both_installers_give_the_same_bytes(azfl: Azfl, menu: Path, tmp_path: Path) -> None:
    for installer in ("pip", "uv"):
        azfl("pack", menu, "--installer", installer, "-o", tmp_path / f"{installer}.zip")
    assert digest(tmp_path / "pip.zip") == digest(tmp_path / "uv.zip")


def other_python() -> str | None:
    """Another Python that is installed here, of another version than this one."""
    found = sorted(Path.home().glob(".pyenv/versions/3.1*/bin/python3.1[0-9]"))
    paths = [shutil.which(f"python3.{minor}") for minor in range(10, 15)]
    for path in [*map(str, found), *(path for path in paths if path)]:
        if not path.endswith(f"python{HERE}") and "/shims/" not in path:
            return path
    return None


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_two_pythons_give_the_same_bytes(azfl: Azfl, menu: Path, tmp_path: Path) -> None:
    other = other_python()
    if other is None:
        pytest.skip("there is no other Python here")
    azfl("pack", menu, "--python", HERE, "--installer", "uv", "-o", tmp_path / "here.zip")
    # What azfl needs is pure Python, so that the other one can import it from here.
    search_path = os.pathsep.join([str(ROOT), *(path for path in sys.path if "site-pack" in path)])
    command = [other, "-m", "azure_functions_lib", "pack", menu, "--python", HERE]
    done = subprocess.run(
        [*command, "--installer", "uv", "-o", tmp_path / "there.zip"],
        env={**os.environ, "PYTHONPATH": search_path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert digest(tmp_path / "here.zip") == digest(tmp_path / "there.zip")


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_the_dependencies_of_pyproject_and_of_a_lock_file(
    azfl: Azfl, app: Path, wheelhouse: Path
) -> None:
    write_wheel(wheelhouse, "pure", "1.0", {"pure.py": b""})
    write_wheel(wheelhouse, "pure", "2.0", {"pure.py": b"second = True"})
    package = app.parent / "app.zip"
    project = '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.10"\n'
    (app / "pyproject.toml").write_text(f'{project}dependencies = ["pure<2"]\n')
    azfl("pack", app, "-o", package)
    assert f"{SITE}/pure-1.0.dist-info/METADATA" in names(package)
    subprocess.run(
        ["uv", "lock", "--quiet", "--no-index", "--find-links", wheelhouse], cwd=app, check=True
    )
    (app / "pyproject.toml").write_text(f'{project}dependencies = ["pure"]\n')
    azfl("pack", app, "-o", package)  # what is locked counts
    assert f"{SITE}/pure-1.0.dist-info/METADATA" in names(package)
    (app / "requirements.txt").write_text("pure==2.0\n")
    azfl("pack", app, "-o", package)  # as on the platform, requirements.txt comes first
    assert f"{SITE}/pure-2.0.dist-info/METADATA" in names(package)


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_an_app_is_packed_from_the_folder_beside_it(
    azfl: Azfl, app: Path, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheelhouse, "pure", "1.0", {"pure.py": b""})
    (app / "requirements.txt").write_text("pure==1.0\n")
    monkeypatch.chdir(app.parent)
    for installer in ("pip", "uv"):
        result = azfl("pack", app.name, "--installer", installer)
        assert result.exit_code == 0, result.output
        assert f"{SITE}/pure.py" in names(Path(f"{app.name}.zip"))


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.usefixtures("offline")
def test_what_has_no_wheel_is_built(
    azfl: Azfl, app: Path, wheelhouse: Path, tmp_path: Path, installer: str
) -> None:
    name = f"from_source_{installer}"
    source = tmp_path / f"{name}-1.0"
    source.mkdir()
    (source / "PKG-INFO").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (source / "pyproject.toml").write_text(
        f'[project]\nname = "{name}"\nversion = "1.0"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    made = write_wheel(source, name, "1.0", {f"{name}.py": b"built = True"})
    (source / "backend.py").write_text(
        "import shutil\n\n\ndef build_wheel(folder, *_, **__):\n"
        f"    shutil.copy({made.name!r}, folder)\n    return {made.name!r}\n"
    )
    with tarfile.open(wheelhouse / f"{name}-1.0.tar.gz", "w:gz") as archive:
        archive.add(source, source.name)
    (app / "requirements.txt").write_text(f"{name}\n")
    package = tmp_path / "app.zip"
    result = azfl("pack", app, "--installer", installer, "-o", package)
    assert result.exit_code == 0, result.output
    assert f"{SITE}/{name}.py" in names(package)


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_pip_tells_that_it_reads_conditions_for_the_python_that_runs_it(
    azfl: Azfl, app: Path, wheelhouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_wheel(wheelhouse, "pure", "1.0", {"pure.py": b""})
    (app / "requirements.txt").write_text("pure==1.0\n")
    monkeypatch.setenv("PATH", "")
    package = app.parent / "app.zip"
    result = azfl("pack", app, "--installer", "pip", "--python", "3.99", "-o", package)
    assert result.exit_code == 0, result.output
    assert "not for 3.99: install uv, or Python 3.99" in result.stderr
    assert f"{SITE}/pure.py" in names(package)


@pytest.mark.slow
@pytest.mark.usefixtures("offline")
def test_a_further_index_is_asked(
    azfl: Azfl, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    (index / "ours").mkdir(parents=True)
    wheel = write_wheel(index / "ours", "ours", "1.0", {"ours.py": b""})
    (index / "ours" / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", empty.as_uri())
    (app / "requirements.txt").write_text("ours\n")
    for installer in ("pip", "uv"):
        package = tmp_path / f"{installer}.zip"
        options = ["--installer", installer, "--extra-index-url", index.as_uri()]
        result = azfl("pack", app, *options, "-o", package)
        assert result.exit_code == 0, result.output
        assert f"{SITE}/ours.py" in names(package)
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index.as_uri())
        assert azfl("pack", app, "--installer", installer, "-o", package).exit_code == 0
        monkeypatch.delenv("PIP_EXTRA_INDEX_URL")


# -- What answers to azure.functions


@pytest.fixture
def deployed(app: Path) -> Path:
    """An app with dependencies in its folder: this library, and another azure-functions."""
    site_packages = app / SITE
    (site_packages / "azure" / "functions").mkdir(parents=True)
    (site_packages / "azure" / "functions" / "__init__.py").write_text("other = True\n")
    (site_packages / "azure_functions_lib").mkdir()
    (site_packages / "azure_functions_lib" / "__init__.py").touch()
    info = site_packages / "azure_functions-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: azure-functions\nVersion: 1.0\n")
    (info / "RECORD").write_text("azure/functions/__init__.py,,\n")
    return app


def test_the_shim_takes_the_place_of_another_package(azfl: Azfl, deployed: Path) -> None:
    package = deployed.parent / "app.zip"
    result = azfl("pack", deployed, "--build", "none", "-o", package)
    assert "warning" not in result.stderr
    with zipfile.ZipFile(package) as archive:
        text = archive.read(f"{SITE}/azure/functions/__init__.py").decode()
    assert "azure_functions_lib" in text
    assert [each for each in names(package) if each.endswith("METADATA")] == [
        f"{SITE}/azure_functions-1.0.dist-info/METADATA"
    ]
    # The app's own folder stays as it is.
    assert (deployed / SITE / "azure" / "functions" / "__init__.py").read_text() == "other = True\n"


def test_without_the_shim_the_other_package_answers(azfl: Azfl, deployed: Path) -> None:
    package = deployed.parent / "app.zip"
    result = azfl("pack", deployed, "--build", "none", "--no-shim", "-o", package)
    assert "without its shim azure-functions answers" in result.stderr
    with zipfile.ZipFile(package) as archive:
        assert archive.read(f"{SITE}/azure/functions/__init__.py") == b"other = True\n"


# -- Warnings


def warnings(azfl: Azfl, app: Path, *options: str) -> str:
    package = app.parent / "app.zip"
    result = azfl("pack", app, "--build", "none", "-o", package, "--output", "json", *options)
    assert result.exit_code == 0, result.output
    return "\n".join(json.loads(result.stdout)["warnings"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("requirement", "python", "message"),
    [
        ("azure-functions-runtime", "3.11", "up to Python 3.12 the worker runs functions without"),
        ("azure-functions-runtime", "3.13", "the package takes the runtime of the moment"),
        ("azure-functions-runtime==1.3.0", "3.13", "the app stays on this version of the platform"),
        ("azure-functions-runtime-v1==1.2.0", "3.14", "the app stays on this version"),
        (
            "azure-functions-lib",
            "3.11",
            "without a local build the server installs it, and no shim",
        ),
    ],
)
def test_a_requirement_that_does_not_do_there_what_was_meant(
    azfl: Azfl, app: Path, requirement: str, python: str, message: str
) -> None:
    (app / "requirements.txt").write_text(f"# what is needed\n{requirement}\n")
    told = warnings(azfl, app, "--python", python)
    assert f"requirements.txt:2: {requirement}: {message}" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "requirements.txt",
            "Azure_Functions.Worker>=1\n",
            "azfl check: requirements.txt: requirements.txt brings azure-functions-worker, which",
        ),
        (
            "pyproject.toml",
            '[project]\nname = "app"\ndependencies = ["azure-functions-worker"]\n',
            "pyproject.toml:3: azure-functions-worker: the platform has the worker, and two",
        ),
    ],
)
def test_the_worker_among_the_requirements_is_told_of_once(
    azfl: Azfl, app: Path, file: str, text: str, told: str
) -> None:
    (app / file).write_text(text)
    (warning,) = [each for each in warnings(azfl, app).splitlines() if "worker" in each]
    assert warning.startswith(told)


def test_an_app_that_the_check_refuses(azfl: Azfl, app: Path) -> None:
    assert warnings(azfl, app) == ""
    text = (app / "function_app.py").read_text()
    (app / "function_app.py").write_text(text.replace("req: func", "request: func"))
    assert "azfl check: hello: req: the binding 'req' (httpTrigger) has no" in warnings(azfl, app)


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("cp311-cp311-win_amd64", "is a wheel for cp311-cp311-win_amd64, not for Python 3.11 on"),
        ("cp312-cp312-manylinux2014_x86_64", "not for Python 3.11 on manylinux_2_28_x86_64"),
        ("cp311-cp311-manylinux_2_39_x86_64", "not for Python 3.11 on manylinux_2_28_x86_64"),
        ("cp311-cp311-manylinux2014_aarch64", "not for Python 3.11 on manylinux_2_28_x86_64"),
        ("cp311-cp311-linux_x86_64", "was built on this machine, for its C library"),
        ("cp311-cp311-manylinux2014_x86_64", None),
        ("cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64", None),
        ("py2.py3-none-any", None),
    ],
)
def test_a_wheel_for_another_platform(azfl: Azfl, app: Path, tag: str, message: str | None) -> None:
    info = app / SITE / "fast-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")
    told = warnings(azfl, app, "--python", "3.11", "--platform", "manylinux_2_28_x86_64")
    assert (told.startswith("fast-1.0 ") and message in told) if message else told == ""


@pytest.mark.parametrize("file", ["azure/__init__.py", "azure/functions/__init__.py"])
def test_a_package_that_takes_the_name(azfl: Azfl, app: Path, file: str) -> None:
    info = app / SITE / "greedy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "RECORD").write_text(f"greedy.py,,\n{file},,\n")
    assert f"greedy-1.0 has {file}, so that it takes the name" in warnings(azfl, app)


def test_names_that_differ_by_case(azfl: Azfl, app: Path) -> None:
    for name in ("Menu.txt", "menu.txt"):
        (app / name).touch()
    if len(list(app.glob("*.txt"))) == 1:
        pytest.skip("the file system here has them as one file")
    assert "Menu.txt and menu.txt are one file" in warnings(azfl, app)


def test_a_shim_that_is_on_pythonpath_only(
    azfl: Azfl, app: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = tmp_path / "image"
    image.mkdir()
    assert azfl("shim", image).exit_code == 0
    monkeypatch.setenv("PYTHONPATH", str(image))
    assert "is searched after the worker's own packages" in warnings(azfl, app)


# -- Verified


def test_a_package_without_its_dependencies(azfl: Azfl, menu: Path) -> None:
    """They are installed here, but not in the package."""
    package = menu.parent / "app.zip"
    azfl("pack", menu, "--build", "none", "-o", package)
    result = azfl("pack", "--verify", package)
    assert result.exit_code == 2
    assert "No module named 'itsdangerous'" in result.stderr


def test_a_package_that_holds_a_folder(azfl: Azfl, app: Path) -> None:
    package = app.parent / "app.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(app / "host.json", "shop/host.json")
        archive.writestr("local.settings.json", "{}")
    result = azfl("pack", "--verify", package)
    assert result.exit_code == 2
    assert "it is in shop/host.json: pack that folder's content" in result.stderr
    assert "local.settings.json: holds settings and secrets" in result.stderr


def test_a_package_whose_app_ends_the_process(azfl: Azfl, app: Path) -> None:
    (app / "function_app.py").write_text("import os\nprint('good bye', flush=True)\nos._exit(0)\n")
    package = app.parent / "app.zip"
    azfl("pack", app, "--build", "none", "-o", package)
    result = azfl("pack", "--verify", package)
    assert result.exit_code == 2
    assert "its app cannot be indexed:\ngood bye" in result.stderr


def test_a_package_for_a_python_that_is_not_here(azfl: Azfl, app: Path) -> None:
    info = app / SITE / "fast-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "WHEEL").write_text("Tag: cp399-cp399-manylinux2014_x86_64\n")
    package = app.parent / "app.zip"
    azfl("pack", app, "--build", "none", "-o", package)
    result = azfl("pack", "--verify", package)
    assert result.exit_code == 2
    assert "fast-1.0 of the package is for Python 3.99, which is not on PATH" in result.stderr
