"""The runner of the documents' examples notices what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from .examples import blocks, run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(folder: Path, text: str) -> Path:
    path = folder / "document.md"
    path.write_text(dedent(text), encoding="utf-8")
    return path


def test_blocks_know_their_language_file_and_line() -> None:
    text = "a\n\n```python file=a/b.py\nx = 1\n```\n\n- b\n\n  ```json\n  {}\n  ```\n"
    assert list(blocks(text)) == [
        (4, "python", "a/b.py", "x = 1\n"),
        (10, "json", None, "{}\n"),
    ]


GOOD = """
    ```python file=module.py
    VALUE = 7
    ```
    ```python
    from pathlib import Path
    value = 7
    def test_value():
        Path("called").touch()
    ```
    ```python
    >>> value
    7
    ```
    ```console
    $ pip install something
    $ azfl --version
    azfl, version ...
    $ azfl nothing  # exits with 2
    ```
    """


def test_good_examples(folder: Path) -> None:
    run(document(folder, GOOD))
    assert (folder / "called").exists()
    assert (folder / "module.py").read_text() == "VALUE = 7\n"


@pytest.mark.parametrize(
    "text",
    [
        "```python\nassert False\n```\n",
        "```python\ndef test_it():\n    assert False\n```\n",
        "```python\nasync def test_it():\n    assert False\n```\n",
        "```python\n>>> 1 + 1\n3\n```\n",
        "```console\n$ azfl --version\nazfl, version zero\n```\n",
        "```console\n$ azfl --version\n```\n",
        "```console\n$ azfl --version  # exits with 1\nazfl, version ...\n```\n",
        "```console\n$ azfl nonsense\n```\n",
        "```console\n$ other command\nits output\n```\n",
    ],
)
def test_wrong_examples(folder: Path, text: str) -> None:
    with pytest.raises(AssertionError):
        run(document(folder, text))


SERVED = """
    ```python file=app/function_app.py
    import azure_functions_lib as func
    app = func.FunctionApp()
    @app.timer_trigger("timer", schedule="0 0 4 * * *")
    def night(timer: func.TimerRequest):
        print("good night")
    ```
    ```console
    $ azfl start app --memory &
    $ azfl call night app --wait
    ```
    """


def test_a_host_runs_to_the_end_of_the_document(folder: Path) -> None:
    run(document(folder, SERVED))
    assert not (folder / "app" / ".azfl" / "host.json").exists()


def test_a_host_that_cannot_start_is_noticed(folder: Path) -> None:
    text = "```console\n$ azfl start none &\n```\n"
    with pytest.raises(AssertionError, match="none"):
        run(document(folder, text))
