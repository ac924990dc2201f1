"""``azfl settings`` changes a value and leaves the rest of local.settings.json as it is written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from azure_functions_lib.app.settings import parse_settings_json
from azure_functions_lib.cli.app import cli

TEXT = """\
{
  // What this machine is told.
  "IsEncrypted": false,
  "Values": {
    "AzureWebJobsStorage": "UseDevelopmentStorage=true", // the emulator
    /* a key of the shop, "kept": here */
    "ShopKey": "hunter2",
    "Greeting": "Hello"
  },
  "Host": {"CORS": "*"}, // after all
}
"""


@pytest.fixture
def app(tmp_path: Path) -> Path:
    (tmp_path / "host.json").write_text('{"version": "2.0"}')
    (tmp_path / "local.settings.json").write_text(TEXT)
    return tmp_path


def azfl(*arguments: object, **options: Any) -> Result:
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="azfl", **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def text(app: Path) -> str:
    return (app / "local.settings.json").read_bytes().decode()


def test_values_are_hidden_unless_they_are_asked_for(app: Path) -> None:
    shown = azfl("settings", "list", app)
    assert "ShopKey" in shown.stdout
    assert "hunter2" not in shown.output
    assert azfl("settings", "list", app, "--output", "json").stdout.split() == [
        "[",
        '"AzureWebJobsStorage",',
        '"ShopKey",',
        '"Greeting"',
        "]",
    ]
    assert "hunter2" in azfl("settings", "list", app, "--show-values").stdout
    values = json.loads(azfl("settings", "list", app, "--show-values", "--output", "json").stdout)
    assert values["Greeting"] == "Hello"


def test_a_value_is_changed_in_its_place(app: Path) -> None:
    result = azfl("settings", "add", "ShopKey", 'a "new" one', app)
    assert (result.exit_code, result.output) == (0, "")
    assert text(app) == TEXT.replace('"hunter2"', r'"a \"new\" one"')


def test_a_new_value_comes_last(app: Path) -> None:
    azfl("settings", "add", "Zoë", "née", app)
    assert text(app) == TEXT.replace(
        '"Greeting": "Hello"\n', '"Greeting": "Hello",\n    "Zoë": "née"\n'
    )


@pytest.mark.parametrize(
    ("name", "gone", "instead"),
    [
        ("ShopKey", '    "ShopKey": "hunter2",\n', ""),
        ("Greeting", ',\n    "Greeting": "Hello"\n', "\n"),
        (
            "AzureWebJobsStorage",
            '    "AzureWebJobsStorage": "UseDevelopmentStorage=true", // the emulator\n',
            "",
        ),
    ],
)
def test_a_value_is_removed_with_its_line(app: Path, name: str, gone: str, instead: str) -> None:
    assert azfl("settings", "remove", name, app).exit_code == 0
    assert text(app) == TEXT.replace(gone, instead)


# However it is written, what is added is there and all else is as it was.
FORMS = {
    "empty": '{"IsEncrypted": false, "Values": {}}',
    "one line": '{"IsEncrypted": false, "Values": {"a": "1", "b": "2"}}',
    "a comma at the end": '{"IsEncrypted": false, "Values": {\n\t"a": "1",\n\t"b": "2",\n}}',
    "a comment at the end": '{"IsEncrypted": false, "Values": {"a": "1" /* , } */ // "b"\n}}',
    "only a comment": '{"IsEncrypted": false, "Values": {\n  // nothing\n}}',
    "a name twice": '{"IsEncrypted": false, "Values": {"new": "1", "a": "2", "new": "3"}}',
    "escaped": '{"IsEncrypted": false, "Values": {"\\u0061\\"}": "}{\\\\", "b": "//"}}',
    "windows": '\ufeff{"IsEncrypted": false,\r\n"Values": {\r\n    "a": "1"\r\n  }\r\n}\r\n',
    "values twice": '{"IsEncrypted": false, "Values": {"x": "0"}, "Values": {"a": "1"}}',
    "other values": '{"Host": {"Values": {"a": []}}, "IsEncrypted": false, "Values": {"a": 1}}',
}


@pytest.mark.parametrize("form", FORMS)
def test_every_way_of_writing_the_file(app: Path, form: str) -> None:
    file = app / "local.settings.json"
    file.write_bytes(FORMS[form].encode())
    before = parse_settings_json(file.read_bytes())
    azfl("settings", "add", "new", "value", app)
    expected = {**before, "Values": {**before["Values"], "new": "value"}}
    assert parse_settings_json(file.read_bytes()) == expected
    azfl("settings", "remove", "new", app)
    expected["Values"].pop("new")
    assert parse_settings_json(file.read_bytes()) == expected
    if form not in ("empty", "only a comment", "a name twice"):
        assert file.read_bytes().decode() == FORMS[form]


def test_all_are_removed_one_after_another(app: Path) -> None:
    for name in ("Greeting", "AzureWebJobsStorage", "ShopKey"):
        azfl("settings", "remove", name, app)
    document = parse_settings_json((app / "local.settings.json").read_bytes())
    assert document == {"IsEncrypted": False, "Values": {}, "Host": {"CORS": "*"}}
    assert 'a key of the shop, "kept": here' in text(app)


def test_a_secret_comes_by_stdin(app: Path) -> None:
    azfl("settings", "add", "ShopKey", "-", app, input="from a file\n")
    assert '"ShopKey": "from a file"' in text(app)


def test_a_file_that_is_not_there_is_made_for_its_owner_alone(app: Path) -> None:
    file = app / "local.settings.json"
    file.unlink()
    azfl("settings", "add", "ShopKey", "hunter3", app)
    values = parse_settings_json(file.read_bytes())["Values"]
    assert values["ShopKey"] == "hunter3"
    assert values["FUNCTIONS_WORKER_RUNTIME"] == "python"
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
        file.chmod(0o640)
        azfl("settings", "add", "ShopKey", "hunter4", app)
        assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"Values": {"a": "c2VjcmV0"}}', "its values are encrypted, or not said to be in clear"),
        (b'{"IsEncrypted": true, "Values": {"a": "c2VjcmV0"}}', "its values are encrypted"),
        (b'{"Values": 7}', "its values are encrypted"),
        (b'{"IsEncrypted": false, "Values": 7}', "it has no object of values"),
        (b"{}", "it has no object of values"),
        (b"[]", "it holds no object"),
        (b'{"Values": ', "it is not JSON"),
        (b"\xff", "invalid start byte"),
    ],
)
def test_a_file_that_cannot_be_edited(app: Path, content: bytes, message: str) -> None:
    (app / "local.settings.json").write_bytes(content)
    result = azfl("settings", "add", "a", "hunter2", app)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "hunter2" not in result.output
    assert "c2VjcmV0" not in result.output
    assert (app / "local.settings.json").read_bytes() == content


@pytest.mark.parametrize(("name", "value"), [("", "x"), ("a=b", "x"), ("a", "x\0y")])
def test_a_setting_that_cannot_be_a_variable(app: Path, name: str, value: str) -> None:
    result = azfl("settings", "add", name, value, app)
    assert result.exit_code == 2
    assert "cannot be those of an environment variable" in result.stderr
    assert text(app) == TEXT


def test_a_file_that_cannot_be_listed(app: Path) -> None:
    (app / "local.settings.json").write_text('{"Values": {"ShopKey": "hunter2"')
    result = azfl("settings", "list", app)
    assert result.exit_code == 2
    assert "local.settings.json" in result.stderr
    assert "hunter2" not in result.output


def test_a_value_that_is_there_already_leaves_the_file_as_it_is(app: Path) -> None:
    file = app / "local.settings.json"
    before = file.stat()
    assert azfl("settings", "add", "Greeting", "Hello", app).exit_code == 0
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_folder_that_is_no_app(tmp_path: Path) -> None:
    result = azfl("settings", "list", tmp_path)
    assert result.exit_code == 2
    assert "there is no host.json" in result.stderr


def test_a_setting_that_is_not_there(app: Path) -> None:
    result = azfl("settings", "remove", "Nobody", app)
    assert result.exit_code == 2
    assert "Values has no setting 'Nobody'" in result.stderr
    assert azfl("settings", "list", app / "nowhere").exit_code == 2
