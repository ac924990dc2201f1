from __future__ import annotations

import io
import re
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import HttpRequest, http_limits
from azure_functions_lib.errors import InvalidPayloadError, InvalidValueError, NameTakenError
from azure_functions_lib.http.forms import Form
from azure_functions_lib.http.limits import HttpLimits

MULTIPART = "multipart/form-data; boundary=XX"
URLENCODED = "application/x-www-form-urlencoded"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def request(body: bytes, content_type: str = MULTIPART) -> HttpRequest:
    return HttpRequest("POST", "/", headers={"content-type": content_type}, body=body)


def part(disposition: str, content: bytes, *headers: str) -> bytes:
    lines = [f"Content-Disposition: form-data; {disposition}", *headers]
    return b"--XX\r\n" + "\r\n".join(lines).encode() + b"\r\n\r\n" + content + b"\r\n"


END = b"--XX--\r\n"


def test_fields_and_files() -> None:
    body = (
        part('name="a"', b"1")
        + part('name="f"; filename="x.txt"', b"one", "Content-Type: text/plain; charset=utf-8")
        + part('name="a"', b"")
        + part('name="f"; filename="y.bin"', b"\x00\xff", "X-Own: 5")
        + END
    )
    req = request(body)
    assert dict(req.form.lists()) == {"a": ["1", ""]}
    assert req.form["a"] == "1"
    assert req.form.to_dict() == {"a": "1"}
    assert req.form.to_dict(flat=False) == {"a": ["1", ""]}
    assert (len(req.form), list(req.form), "b" in req.form, req.form.getlist("b")) == (
        1,
        ["a"],
        False,
        [],
    )
    with pytest.raises(KeyError):
        req.form["b"]
    first, second = req.files.getlist("f")
    assert (first.name, first.filename, first.mimetype) == ("f", "x.txt", "text/plain")
    assert first.content_type == "text/plain; charset=utf-8"
    assert (second.content_type, second.mimetype, second.headers["X-Own"]) == (None, "", "5")
    assert first.read() == first.getvalue() == b"one"
    assert second.stream.read() == b"\x00\xff"
    assert req.files["f"] is first


def test_values_as_other_types() -> None:
    form = request(b"n=5&n=x&n=7&s=a&s=", URLENCODED).form
    assert form.get("n") == "5"
    assert form.get("n", type=int) == form.get("n", 0, int) == 5
    assert (form.get("s", type=int), form.get("s", -1, type=int)) == (None, -1)
    assert (form.get("none"), form.get("none", type=int), form.get("none", "d")) == (
        None,
        None,
        "d",
    )
    assert form.getlist("n", type=int) == [5, 7]
    assert form.getlist("none", int) == []
    assert list(form.items()) == [("n", "5"), ("s", "a")]
    every = form.items(multi=True)
    assert list(every) == [("n", "5"), ("n", "x"), ("n", "7"), ("s", "a"), ("s", "")]
    assert (len(every), ("n", "7") in every, ("s", "7") in every) == (5, True, False)


def test_forms_are_read_only_and_their_lists_copies() -> None:
    req = request(part('name="a"', b"1") + END)
    with pytest.raises(TypeError):
        req.form["a"] = "2"  # type: ignore[index]
    req.form.getlist("a").append("2")
    assert req.form.getlist("a") == ["1"]


def test_files_are_streams(tmp_path: Path) -> None:
    req = request(part('name="f"; filename="x"', b"one\ntwo") + END)
    file = req.files["f"]
    assert file.readline() == b"one\n"
    assert file.seek(0) == 0
    file.save(tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == b"one\ntwo"
    file.seek(4)
    target = io.BytesIO()
    file.save(target)
    assert target.getvalue() == b"two"
    assert bool(file)
    assert "x" in repr(file)
    assert repr(req.files) == f"FormValues([('f', {file!r})])"


def test_a_file_field_left_empty_is_false() -> None:
    req = request(part('name="f"; filename=""', b"", "Content-Type: application/x") + END)
    assert not req.files["f"]
    assert req.files["f"].filename == ""


@pytest.mark.parametrize(
    ("disposition", "name", "filename"),
    [
        ('name="a%22b"; filename="x%22é.txt"', 'a"b', 'x"é.txt'),
        ("name=\"f\"; filename*=UTF-8''%e2%82%ac%20x.txt", "f", "€ x.txt"),
        ("name*=utf-8''%C3%A9; filename*=iso-8859-1'en'%E9", "é", "é"),
        ("name*=utf-8''%C3%A9; filename=\"x\"", "é", "x"),
        ('name="a*=b"; filename="c"', "a*=b", "c"),
        # What a quoted string holds is text.
        ('name="f"; filename="x; name*=utf-8\'\'is_admin"', "f", "x; name*=utf-8''is_admin"),
        (
            'name="f"; filename="x; filename*=utf-8\'\'..%2f..%2fetc"',
            "f",
            "x; filename*=utf-8''..%2f..%2fetc",
        ),
        ('name="f"; filename="x\\"; name*=utf-8\'\'y"', "f", "x\"; name*=utf-8''y"),
        # Parts of a value (RFC 2231 3), in any order, some of them encoded.
        (
            'name="f"; filename*0*=utf-8\'en\'%e2%82; filename*1*=%ac%20x; filename*2=".txt"',
            "f",
            "€ x.txt",
        ),
        ('name="f"; filename*1=".txt"; filename*0="a \\"b\\""', "f", 'a "b".txt'),
        ("name*0*=iso-8859-1''%E9; name*1=f; filename=x", "éf", "x"),
        ("name=\"f\"; filename*0*=utf-8''a; filename*2=lost; filename*=utf-8''whole", "f", "whole"),
        ('name="f"; filename*0*=no-charset; filename=x', "f", "x"),
        ("name=\"f\"; filename*=utf-8''", "f", ""),
    ],
)
def test_names_in_every_spelling(disposition: str, name: str, filename: str) -> None:
    (file,) = request(part(disposition, b"x") + END).files.getlist(name)
    assert (file.name, file.filename) == (name, filename)


def test_a_quoted_string_without_its_end_names_nothing() -> None:
    assert dict(request(part("name=f; filename=\"x; name*=utf-8''y", b"x") + END).form) == {
        "f": "x"
    }


def test_extended_name_of_a_field() -> None:
    assert request(part("name*=utf-8''%C3%A9", b"x") + END).form["é"] == "x"


def test_charset_of_a_part_of_the_form_and_none() -> None:
    body = (
        part('name="own"', b"\xe9", "Content-Type: text/plain; charset=iso-8859-1")
        + part('name="forms"', b"\x80")
        + part('name="unknown"', b"\x80", "Content-Type: text/plain; charset=unheard-of")
        + END
    )
    req = request(body, f"{MULTIPART}; charset=windows-1252")
    assert dict(req.form) == {"own": "é", "forms": "€", "unknown": "\ufffd"}
    assert request(body).form["forms"] == "\ufffd"


def test_a_transport_may_pad_the_line_of_a_boundary() -> None:
    body = (part('name="a"', b"--XX 1") + part('name="b"', b"2") + END).replace(
        b"--XX\r", b"--XX \t\r"
    )
    assert dict(request(body).form) == {"a": "--XX 1", "b": "2"}
    assert dict(request(body.replace(b"--XX--", b"--XX-- ")).form) == {"a": "--XX 1", "b": "2"}


def test_quoted_boundary_with_spaces() -> None:
    body = part('name="a"', b"1").replace(b"XX", b"X X") + b"--X X--\r\n"
    assert request(body, 'Multipart/Form-Data; Boundary="X X"').form["a"] == "1"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"a=1", "text/plain"),
        (b"a=1", "application/json"),
        (b"", "multipart/form-data"),
        (part('name="a"', b"1") + END, "multipart/mixed; boundary=XX"),
        (b"", MULTIPART),
        (b"", URLENCODED),
        (END, MULTIPART),
    ],
)
def test_no_form_is_empty(body: bytes, content_type: str) -> None:
    req = request(body, content_type)
    assert dict(req.form) == dict(req.files) == {}


@pytest.mark.parametrize(
    "body",
    [
        b"garbage",
        part('name="a"', b"1"),
        part('name="a"', b"1")[:-7],
        part('name="a"', b"1") + b"--XX\r\nContent-Disp",
        b"--XX\r\nX: y\r\n\r\nv\r\n" + END,
        b"--XX\r\nno header\r\n\r\nv\r\n" + END,
        b'--XX\nContent-Disposition: form-data; name="a"\n\nv\n--XX--\n',
        part('name="a"', b"1", f"X: {'y' * 5000}") + END,
        part('name="a"', b"1", *["X: y"] * 20) + END,
        b"--XX\r\nContent-Disposition: form-data; name=\xff\r\n\r\nv\r\n" + END,
    ],
    ids=range(10),
)
def test_a_broken_form_is_an_error(body: bytes) -> None:
    for read in ("form", "files"):
        with pytest.raises(InvalidPayloadError, match=r"httpTrigger: form: got .*; expected"):
            getattr(request(body), read)


@pytest.mark.parametrize("content_type", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_multipart_form_without_boundary_is_an_error(content_type: str) -> None:
    with pytest.raises(InvalidPayloadError, match=r"got a content-type without boundary"):
        _ = request(part('name="a"', b"1") + END, content_type).form


@pytest.fixture
def limits() -> Iterator[HttpLimits]:
    yield http_limits
    for name in list(vars(http_limits)):
        delattr(http_limits, name)


def test_a_large_urlencoded_form_is_refused_before_it_is_read() -> None:
    body = b"a=" + b"%41" * 7_000_000
    match = r"got 21000002 bytes; expected at most 20000000 bytes\. .*_limits\.form_size or call"
    with pytest.raises(InvalidPayloadError, match=match):
        _ = request(body, URLENCODED).form
    match = r"a field of 6000002 bytes; expected at most 5000000 bytes\. .*_limits\.field_size"
    with pytest.raises(InvalidPayloadError, match=match):
        _ = request(body[:6_000_002], URLENCODED).form


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
def test_limits_of_a_process(kind: str, limits: HttpLimits) -> None:
    def form(*sizes: int) -> Form:
        if kind == "multipart":
            parts = b"".join(part('name="a"', b"x" * size) for size in sizes)
            return request(parts + END).parse_form()
        return request(
            b"&".join(b"a=" + b"x" * (size - 2) for size in sizes), URLENCODED
        ).parse_form()

    limits.field_size = 10
    form(10, 10)
    with pytest.raises(
        InvalidPayloadError, match=r"a field of 11 bytes; .*10 bytes\. .*field_size"
    ):
        form(10, 11)
    limits.form_size = 25
    form(10, 10)
    with pytest.raises(InvalidPayloadError, match=r"at most 25 bytes\. .*http_limits.form_size"):
        form(10, 10, 10)
    limits.form_parts = 1
    with pytest.raises(InvalidPayloadError, match=r"at most 1 fields and files\. .*form_parts"):
        form(3, 3)
    del limits.form_parts
    assert limits.form_parts == 10_000


def test_files_count_by_themselves(limits: HttpLimits) -> None:
    body = part('name="f"; filename="x"', b"x" * 100) * 3 + END
    limits.field_size = limits.form_size = 10
    assert len(request(body).files.getlist("f")) == 3
    limits.form_files = 2
    with pytest.raises(InvalidPayloadError, match=r"at most 2 files\. .*http_limits.form_files"):
        request(body).parse_form()


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("field_size", -1, InvalidValueError),
        ("field_size", "5", InvalidValueError),
        ("field_size", True, InvalidValueError),
        ("feild_size", 5, AttributeError),
    ],
)
def test_what_is_no_limit_is_refused(
    name: str, value: Any, error: type[Exception], limits: HttpLimits
) -> None:
    with pytest.raises(error, match=r"field_size"):
        setattr(limits, name, value)
    assert "field_size=5000000" in repr(limits)


@pytest.mark.slow
def test_a_long_field_of_escapes_is_read_in_little_memory() -> None:
    for offset in range(4):
        text = "x" * offset + "é" * 100_000
        req = HttpRequest("POST", "/", form={"a": text})
        tracemalloc.start()
        assert req.form["a"] == text
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 8 * len(req.get_body())


def test_an_old_python_multipart_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "multipart", ModuleType("multipart"))
    with pytest.raises(NameTakenError, match=r"python-multipart 0\.0\.13 or newer"):
        _ = request(part('name="a"', b"1") + END).form


@pytest.mark.parametrize("kind", ["multipart", "urlencoded"])
def test_limits(kind: str) -> None:
    def sized(parts: int) -> HttpRequest:
        if kind == "multipart":
            return request(part('name="a"', b"1") * parts + END)
        return request(b"&".join([b"a=1"] * parts), URLENCODED)

    assert len(sized(3).parse_form(max_parts=3).fields.getlist("a")) == 3
    with pytest.raises(InvalidPayloadError, match=r"at most 3 .*max_parts"):
        sized(4).parse_form(max_parts=3)
    size = len(sized(3).get_body())
    assert sized(3).parse_form(max_size=size).fields["a"] == "1"
    with pytest.raises(InvalidPayloadError, match=re.escape(f"at most {size - 1} bytes")):
        sized(3).parse_form(max_size=size - 1)
    big = sized(10_001)
    with pytest.raises(InvalidPayloadError, match="10000"):
        _ = big.form
    big.parse_form(max_parts=20_000)
    assert len(big.form.getlist("a")) == 10_001


def test_urlencoded() -> None:
    body = b"a=1&b=two+words&c=%C3%A9&a=2&empty=&blank&&=x&bad=%zz%ff&raw=\xc3\xa9"
    req = request(body, URLENCODED)
    assert dict(req.form.lists()) == {
        "a": ["1", "2"],
        "b": ["two words"],
        "c": ["é"],
        "empty": [""],
        "blank": [""],
        "": ["x"],
        "bad": ["%zz\ufffd"],
        "raw": ["é"],
    }


def test_urlencoded_in_another_charset() -> None:
    assert request(b"a=%e9\xe9", f"{URLENCODED}; charset=iso-8859-1").form["a"] == "éé"


names = texts.filter(lambda name: not set(name) & set('"\\%\r\n')).map(str.strip).filter(bool)
contents = st.binary(max_size=30).filter(lambda content: b"\r\n--XX" not in b"\r\n" + content)


@given(st.lists(st.tuples(names, st.none() | names, contents), max_size=5))
def test_multipart_round_trip(parts: list[tuple[str, str | None, bytes]]) -> None:
    body = b""
    for name, filename, content in parts:
        disposition = f'name="{name}"' + (f'; filename="{filename}"' if filename else "")
        body += part(disposition, content)
    req = request(body + END)
    fields: dict[str, list[str]] = {}
    files: dict[str, list[tuple[str, bytes]]] = {}
    for name, filename, content in parts:
        if filename:
            files.setdefault(name, []).append((filename, content))
        else:
            fields.setdefault(name, []).append(content.decode("utf-8", "replace"))
    assert dict(req.form.lists()) == fields
    got: dict[str, Any] = {
        name: [(file.filename, file.read()) for file in values]
        for name, values in req.files.lists()
    }
    assert got == files


@given(st.binary(max_size=60), st.sampled_from([MULTIPART, URLENCODED, "text/plain", ";", "a;=;"]))
def test_any_body_gives_a_form_or_its_error(body: bytes, content_type: str) -> None:
    with suppress(InvalidPayloadError):
        request(body, content_type).parse_form()
