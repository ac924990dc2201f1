"""Blobs: the stream that a function reads, and what it writes."""

from __future__ import annotations

import csv
import gzip
import io
import pickle
import shutil
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from azure_functions_lib import InputStream, get_binding_registry
from azure_functions_lib.errors import (
    InvalidPayloadError,
    InvalidValueError,
    UnsupportedValueError,
)
from azure_functions_lib.meta import Datum
from tests.bindings.recorded import recorded
from tests.strategies import collection


class RuntimeDatum(Datum):
    """What a worker or the runtime hands over comes in a class of its own."""

    __slots__ = ()


def decode(datum: Any, metadata: Any = None, *, binding: str = "blobTrigger") -> InputStream:
    codec = get_binding_registry().get(binding)
    assert codec is not None
    stream = codec.decode(datum, trigger_metadata=metadata)
    assert isinstance(stream, InputStream)
    return stream


def encode(value: Any) -> Datum:
    codec = get_binding_registry().get("blob")
    assert codec is not None
    datum = codec.encode(value, expected_type=None)
    assert isinstance(datum, Datum)
    return datum


def from_wire(data: bytes) -> InputStream:
    return decode(RuntimeDatum(data, "bytes"))


STREAMS: list[Callable[[bytes], InputStream]] = [from_wire, InputStream]
streams = pytest.mark.parametrize("stream", STREAMS, ids=["runtime", "constructor"])


def test_recorded_blob() -> None:
    payload = recorded("blobTrigger")["image"]
    stream = decode(payload.data, payload.metadata)
    assert stream.name == "images/a.png"
    assert stream.uri == "https://shop.blob.core.windows.net/images/a.png"
    assert stream.length == 8
    assert stream.blob_properties is not None
    assert stream.blob_properties["ContentType"] == "image/png"
    assert stream.metadata == {"owner": "zoe"}
    assert stream.read() == b"\x89PNG\r\n\x1a\n"
    assert stream.to_dict()["name"] == "images/a.png"
    assert "content" not in stream.to_json()


def test_recorded_text() -> None:
    payload = recorded("blobTrigger")["text"]
    assert list(decode(payload.data, payload.metadata)) == [b"first\n", b"second\n"]


def test_C1_an_input_has_no_trigger_metadata() -> None:
    registry = get_binding_registry()
    assert not registry.codec("blob").has_trigger_support()
    assert registry.codec("blobTrigger").has_trigger_support()


def test_C2_a_length_of_zero() -> None:
    payload = recorded("blobTrigger")["empty"]
    assert decode(payload.data, payload.metadata).length == 0
    properties = Datum('{"Length": 5}', "json")
    assert decode(Datum(b"", "bytes"), {"Properties": properties}).length == 5
    properties = Datum('{"ContentLength": null, "Length": 5}', "json")
    assert decode(Datum(b"", "bytes"), {"Properties": properties}).length == 5


def test_C12_an_empty_stream() -> None:
    assert InputStream().read() == b""
    assert InputStream().length is None
    assert InputStream().name is None


def test_a_blob_that_does_not_exist() -> None:
    codec = get_binding_registry().codec("blob")
    assert codec.decode(None) is None
    assert codec.decode(Datum(None, None)) is None


@pytest.mark.parametrize(
    "datum", [Datum("{}", "json"), Datum(5, "int"), collection("bytes", [b"x"]), Datum(5, "bytes")]
)
def test_other_payloads_are_refused(datum: Datum) -> None:
    with pytest.raises(InvalidPayloadError, match=r"blobTrigger: body: got .*; expected"):
        decode(datum)


@pytest.mark.parametrize("data", [0, 5, [], {}, [1], object(), 1.5])
def test_constructor_refuses_other_data(data: Any) -> None:
    with pytest.raises(InvalidValueError, match=r"InputStream: data: got .*; expected"):
        InputStream(data)


def test_constructor_describes_the_blob() -> None:
    stream = InputStream(
        "é", name="n", uri="u", length=2, blob_properties={"ETag": "e"}, metadata={"m": "v"}
    )
    assert stream.read() == "é".encode()
    assert stream.to_dict() == {
        "name": "n",
        "uri": "u",
        "length": 2,
        "blob_properties": {"ETag": "e"},
        "metadata": {"m": "v"},
    }
    assert repr(stream).startswith("<azure.InputStream name=n length=2 at ")
    with pytest.raises(AttributeError):
        stream.name = "other"  # type: ignore[misc]


def test_a_datum_made_by_hand_is_read_forward_only() -> None:
    stream = decode(Datum(b"ab", "bytes"))
    assert not stream.seekable()
    with pytest.raises(io.UnsupportedOperation):
        stream.seek(0)
    assert (stream.read(1), stream.read(), stream.read()) == (b"a", b"b", b"")


@streams
def test_stream_is_seekable_and_read_only(stream: Callable[[bytes], InputStream]) -> None:
    blob = stream(b"0123456789")
    assert blob.readable()
    assert blob.seekable()
    assert not blob.writable()
    assert isinstance(blob, io.BufferedIOBase)
    assert blob.seek(-2, io.SEEK_END) == 8
    assert blob.read() == b"89"
    assert blob.tell() == 10
    for write in (
        lambda: blob.write(b"x"),
        lambda: blob.writelines([b"x"]),
        lambda: blob.truncate(0),
    ):
        with pytest.raises(io.UnsupportedOperation):
            write()
    blob.seek(0)
    target = bytearray(4)
    assert blob.readinto(target) == 4
    assert target == b"0123"
    assert blob.read1(2) == b"45"


@streams
def test_libraries_read_it(stream: Callable[[bytes], InputStream], tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "content")
    assert zipfile.ZipFile(stream(packed.getvalue())).read("a.txt") == b"content"
    assert pickle.load(stream(pickle.dumps({"a": 1}))) == {"a": 1}
    assert gzip.GzipFile(fileobj=stream(gzip.compress(b"content"))).read() == b"content"
    text = io.TextIOWrapper(stream("a,b\r\né,2\r\n".encode()), encoding="utf-8", newline="")
    assert list(csv.reader(text)) == [["a", "b"], ["é", "2"]]
    with (tmp_path / "copy").open("wb") as target:
        shutil.copyfileobj(stream(b"x" * 100_000), target)
    assert (tmp_path / "copy").stat().st_size == 100_000


@streams
def test_pandas_reads_it(stream: Callable[[bytes], InputStream]) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    assert pandas.read_csv(stream(b"a,b\n1,2\n")).to_dict("records") == [{"a": 1, "b": 2}]


@streams
def test_pillow_reads_it(stream: Callable[[bytes], InputStream]) -> None:
    image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
    packed = io.BytesIO()
    image.new("RGB", (2, 3)).save(packed, "PNG")
    assert image.open(stream(packed.getvalue())).size == (2, 3)


@streams
def test_there_is_no_second_copy_of_the_bytes(stream: Callable[[bytes], InputStream]) -> None:
    data = b"x" * 10_000_000
    tracemalloc.start()
    try:
        blob = stream(data)
        whole = blob.read()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert whole is data
    assert peak < 100_000


def test_a_stream_is_picklable() -> None:
    stream = InputStream(b"abc", name="n", metadata={"a": "b"})
    stream.read(1)
    other = pickle.loads(pickle.dumps(stream))
    assert (other.read(), other.name, other.metadata) == (b"bc", "n", {"a": "b"})


class Derived(InputStream):
    def lines(self) -> int:
        return len(self.readlines())


def test_a_user_derives_from_it() -> None:
    assert Derived(b"a\nb\n", name="n").lines() == 2


@given(st.binary())
def test_round_trip(data: bytes) -> None:
    assert decode(encode(data)).read() == data
    assert encode(decode(Datum(data, "bytes"))) == Datum(data, "bytes")


class Reader:
    def __init__(self, data: Any) -> None:
        self.data = data

    def read(self) -> Any:
        return self.data


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text", Datum("text", "string")),
        (b"x", Datum(b"x", "bytes")),
        (bytearray(b"x"), Datum(b"x", "bytes")),
        (memoryview(b"x"), Datum(b"x", "bytes")),
        (io.StringIO("text"), Datum("text", "string")),
        (Reader(b"x"), Datum(b"x", "bytes")),
    ],
)
def test_output(value: Any, expected: Datum) -> None:
    assert encode(value) == expected


@pytest.mark.parametrize("value", [None, 5, {"a": 1}, ["a"], Reader(5), Reader, io.BytesIO])
def test_what_cannot_be_written(value: Any) -> None:
    with pytest.raises(UnsupportedValueError, match=r"blob: value: got .*; expected"):
        encode(value)


def test_the_size_may_be_given_by_keyword() -> None:
    stream = InputStream(b"abcdef")
    assert stream.read(size=3) == b"abc"
    assert stream.read1(size=2) == b"de"
    assert stream.read(size=None) == b"f"
    assert stream.read(size=-1) == b""
