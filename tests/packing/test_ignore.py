"""``.funcignore`` leaves out what git would ignore by the same lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from azure_functions_lib.errors import PackageError
from azure_functions_lib.packing.contents import read_contents

# Lines, a path, and whether git ignores it: asked of ``git check-ignore``.
CASES: list[tuple[str, str, bool]] = [
    ("*.log", "a.log", True),
    ("*.log", "deep/er/a.log", True),
    ("*.log", "a.log.txt", False),
    ("# a comment\n", "# a comment", False),
    (r"\#name", "#name", True),
    (r"\!name", "!name", True),
    ("\n\n", "a", False),
    ("name  ", "name", True),
    ("name\\ ", "name ", True),
    ("name\\ ", "name", False),
    ("/top", "top", True),
    ("/top", "deep/top", False),
    ("deep/name", "deep/name", True),
    ("deep/name", "other/deep/name", False),
    ("folder/", "folder/file", True),
    ("folder/", "folder", False),
    ("folder/", "deep/folder/file", True),
    ("folder", "folder/deep/file", True),
    ("deep/*.py", "deep/a.py", True),
    ("deep/*.py", "deep/er/a.py", False),
    ("**/name", "name", True),
    ("**/name", "a/b/name", True),
    ("deep/**", "deep/a/b", True),
    ("deep/**", "deep", False),
    ("a/**/b", "a/b", True),
    ("a/**/b", "a/x/y/b", True),
    ("a/**/b", "b", False),
    ("na?e", "name", True),
    ("na?e", "na/e", False),
    ("[a-c]x", "bx", True),
    ("[!a-c]x", "bx", False),
    ("[!a-c]x", "dx", True),
    ("*.log\n!keep.log", "keep.log", False),
    ("*.log\n!keep.log", "a.log", True),
    ("!keep.log\n*.log", "keep.log", True),
    ("folder/\n!folder/keep", "folder/keep", True),
    ("folder/*\n!folder/keep", "folder/keep", False),
    ("folder/*\n!folder/keep", "folder/other", True),
    ("*\n!*/\n!*.py", "a/b/c.py", False),
    ("*\n!*/\n!*.py", "a/b/c.txt", True),
    ("Name", "name", False),
    ("!", "a", False),
    ("/", "a", False),
    ("foo\\", "foo", False),
    ("*", "a/b", True),
    ("a*c", "abc", True),
    ("a*c", "a/c", False),
    ("\ttab", "tab", False),
    ("dir/name/", "dir/name/x", True),
    (".*", ".env", True),
    ("*.py[co]", "a/b.pyc", True),
]


@pytest.mark.parametrize(("lines", "path", "ignored"), CASES)
def test_a_path_is_left_out_as_git_does(
    tmp_path: Path, lines: str, path: str, ignored: bool
) -> None:
    (tmp_path / ".funcignore").write_text(f"{lines}\n")
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    names = [entry.name for entry in read_contents(tmp_path, builds=False).entries]
    assert (path not in names) == ignored


def test_what_is_left_out_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / ".funcignore").write_text("# scratch\n*.tmp\ntests/\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_app.py").touch()
    (tmp_path / "a.tmp").touch()
    left_out = {each.name: each.reason for each in read_contents(tmp_path, builds=False).left_out}
    assert left_out["tests"] == ".funcignore:3: tests/"
    assert left_out["a.tmp"] == ".funcignore:2: *.tmp"


def test_lines_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    (tmp_path / ".funcignore").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(PackageError, match=r"\.funcignore: cannot be read: .* Write it in UTF-8"):
        read_contents(tmp_path, builds=False)
