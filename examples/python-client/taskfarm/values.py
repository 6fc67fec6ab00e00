"""Values as bytes, and bundles of named values (docs/protocol.md, "Values").

Numbers in arrays cross as they lie in memory: NumPy arrays, `array.array` and memoryviews one way, NumPy
arrays where NumPy is there and memoryviews where it is not the other way. Functions cross as their source or
their code. What fits nothing else is pickled; so whoever may submit to the farm, or runs an engine of it, is
trusted.
"""

from __future__ import annotations

import array
import json
import keyword
import math
import pickle
import struct
import sys
import types
from typing import Any, Dict, Iterable, Optional, Set, Tuple

from .errors import UnencodableValue, WireError
from .functions import canned, is_installed, uncanned
from .wire import Buffer, Reader, Writer

NOTHING, BYTES, JSON, INT, DOUBLE, STRING, BOOL = range(7)
DOUBLES, INTS, ARRAY, PICKLE, FUNCTION, NAMED, JSON_AND_PICKLE = 7, 8, 9, 10, 11, 12, 13
FORMATS = {
    ("f", 2): "e",
    ("f", 4): "f",
    ("f", 8): "d",
    ("i", 1): "b",
    ("i", 2): "h",
    ("i", 4): "i",
    ("i", 8): "q",
    ("u", 1): "B",
    ("u", 2): "H",
    ("u", 4): "I",
    ("u", 8): "Q",
    ("b", 1): "?",
}
COMPLEX = (("c", 8), ("c", 16))
KINDS = {
    "e": "f",
    "f": "f",
    "d": "f",
    "b": "i",
    "h": "i",
    "i": "i",
    "l": "i",
    "q": "i",
    "B": "u",
    "H": "u",
    "I": "u",
    "L": "u",
    "Q": "u",
    "?": "b",
}


def encode(value: Any, name: str = "value") -> bytes:
    """The value as a payload. `name` is what an error calls it. Raises UnencodableValue."""
    if _is_number(value):
        value = value.item()
    kind = type(value)
    if value is None:
        return bytes([NOTHING])
    if kind is bool:
        return bytes([BOOL, value])
    if kind is int and -(1 << 63) <= value < 1 << 63:
        return struct.pack("<Bq", INT, value)
    if kind is float:
        return struct.pack("<Bd", DOUBLE, value)
    if kind is str:
        try:
            return bytes([STRING]) + value.encode("utf-8")
        except UnicodeEncodeError:
            pass  # lone surrogates: only a pickle holds them
    if kind in (bytes, bytearray):
        return bytes([BYTES]) + value
    if kind is types.FunctionType and not is_installed(value):
        return bytes([FUNCTION]) + json.dumps(canned(value)).encode("utf-8")
    numbers = _numbers(value)
    if numbers is not None:
        return numbers
    try:
        text = _json(value)
        pickled = pickle.dumps(value, protocol=4) if text is None or text[1] else b""
        if text is None:
            return bytes([PICKLE]) + pickled
        if text[1]:
            return struct.pack("<BI", JSON_AND_PICKLE, len(text[0])) + text[0] + pickled
        return bytes([JSON]) + text[0]
    except Exception as error:
        raise UnencodableValue(
            f"{name} cannot be sent: a {kind.__name__} cannot be pickled ({error})"
        ) from error


def decode(payload: Buffer) -> Any:
    """The value in a payload. Raises WireError for what is none."""
    body = memoryview(payload)
    if not len(body):
        return None
    codec, body = body[0], body[1:]
    try:
        if codec == NOTHING:
            return None
        if codec == BYTES:
            return bytes(body)
        if codec == JSON:
            return json.loads(bytes(body))
        if codec == INT:
            return struct.unpack("<q", body)[0]
        if codec == DOUBLE:
            return struct.unpack("<d", body)[0]
        if codec == STRING:
            return str(body, "utf-8")
        if codec == BOOL:
            return struct.unpack("<?", body)[0]
        if codec in (DOUBLES, INTS):
            return _array("f" if codec == DOUBLES else "i", 8, (len(body) // 8,), body)
        if codec == ARRAY:
            reader = Reader(body)
            kind, size, dimensions = reader.get("BBB", "array")
            if dimensions > 32:
                raise WireError(f"an array of {dimensions} dimensions")
            shape = reader.get(f"{dimensions}Q", "extents")
            return _array(chr(kind), size, shape, reader.take(reader.left, "items"))
        if codec == JSON_AND_PICKLE:
            codec, body = PICKLE, body[4 + struct.unpack("<I", body[:4])[0] :]
    except (ValueError, struct.error, KeyError, TypeError) as error:
        raise WireError(f"a payload of codec {codec} and {len(body)} bytes cannot be read: {error}") from None
    if codec == NAMED:
        return {name: decode(value) for name, value in _entries(body).items()}
    if codec in (PICKLE, FUNCTION):
        try:
            return pickle.loads(body) if codec == PICKLE else uncanned(json.loads(bytes(body)))
        except Exception as error:
            word = "pickle" if codec == PICKLE else "function"
            raise WireError(f"a {word} of {len(body)} bytes cannot be read here: {error!r}") from error
    raise WireError(f"a payload has the codec {codec}, which this version does not know")


def check_names(names: Iterable[Any]) -> None:
    """Raises ValueError of what Python can call no variable."""
    for name in names:
        if keyword.iskeyword(name):
            raise ValueError(
                f"{name!r} is a word of Python's own, which no variable can be called; choose another name"
            )
        if not name.isidentifier():
            raise ValueError(
                f"{name!r} is no name of a variable: those have letters, digits and _, and no digit first"
            )


def bundle(items: Iterable[Tuple[str, bytes]]) -> bytes:
    """Named payloads as one payload."""
    items = list(items)
    out = Writer().put("BI", BYTES, len(items))
    for name, payload in items:
        out.string(name).put("Q", len(payload)).raw(payload)
    return bytes(out.data)


def unbundle(payload: Buffer) -> Dict[str, memoryview]:
    """The named payloads of a bundle, views of it."""
    body = memoryview(payload)
    if not len(body) or body[0] != BYTES:
        raise WireError("this payload is no bundle")
    return _entries(body[1:])


def _entries(body: memoryview) -> Dict[str, memoryview]:
    reader, result = Reader(body), {}
    for _ in range(reader.number("I", "bundle")):
        name = reader.string("name")
        result[name] = reader.take(reader.number("Q", "value"), f"value '{name}'")
    reader.end("bundle")
    return result


def _json(value: Any) -> Optional[Tuple[bytes, bool]]:
    """The value as JSON, and whether there are tuples in it, which JSON gives back as lists. None for what
    JSON would spoil: other classes, keys that are no strings, NaN, a list that holds itself."""
    seen: Set[int] = set()
    has_tuples = False

    def is_plain(item: Any, depth: int) -> bool:
        nonlocal has_tuples
        kind = type(item)
        parts: Iterable[Any] = item
        if kind is float:
            return math.isfinite(item)
        if kind is dict:
            if not all(type(key) is str for key in item):
                return False
            parts = item.values()
        elif kind is list or kind is tuple:
            has_tuples = has_tuples or kind is tuple
        else:
            if _is_number(item):
                return is_plain(item.item(), depth)
            return item is None or kind in (bool, int, str)
        if any(type(part) in (dict, list, tuple) for part in parts):
            # A list of lists that is there many times over might have no end as JSON.
            if depth > 100 or id(item) in seen:
                return False
            seen.add(id(item))
        return all(is_plain(part, depth + 1) for part in parts)

    if not is_plain(value, 0):
        return None
    try:
        text = json.dumps(value, ensure_ascii=False, default=lambda number: number.item())
        return text.encode("utf-8"), has_tuples
    except ValueError:
        return None  # half a character, an integer of thousands of digits


def _is_number(value: Any) -> bool:
    """Whether it is one of NumPy's single numbers, which go as Python's own."""
    numpy = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.generic):
        return False
    return value.dtype.kind in "fiub" and value.dtype.itemsize <= 8


def _numbers(value: Any) -> Any:
    """An array of numbers as a payload; None for what is no such thing."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(value) is numpy.ndarray:
        if (value.dtype.kind, value.dtype.itemsize) not in (*FORMATS, *COMPLEX):
            return None
        value = numpy.ascontiguousarray(value.astype(value.dtype.newbyteorder("<"), copy=False)).reshape(
            value.shape
        )
        kind, size, shape = value.dtype.kind, value.dtype.itemsize, value.shape
        data: Buffer = value.tobytes() if 0 in shape else memoryview(value.reshape(-1).view(numpy.uint8))
    elif isinstance(value, (array.array, memoryview)):
        view = memoryview(value)
        code = view.format.lstrip("@=<")
        if code not in KINDS or sys.byteorder != "little":
            return None
        kind, size, shape = KINDS[code], view.itemsize, view.shape or ()
        data = view.tobytes()
    else:
        return None
    if len(shape) == 1 and size == 8 and kind in "fi":
        return b"".join([bytes([DOUBLES if kind == "f" else INTS]), data])
    head = struct.pack(f"<BBBB{len(shape)}Q", ARRAY, ord(kind), size, len(shape), *shape)
    return b"".join([head, data])


def _array(kind: str, size: int, shape: Tuple[int, ...], items: memoryview) -> Any:
    if (kind, size) not in (*FORMATS, *COMPLEX):
        raise WireError(f"an array of items {kind}{size}, which nobody knows")
    if math.prod(shape) * size != len(items):
        raise WireError(f"an array of {shape} items of {size} bytes has {len(items)} bytes")
    try:
        import numpy
    except ImportError:
        if kind == "c":
            raise WireError("complex numbers need NumPy on this side") from None
        if (kind, size) == ("f", 2):  # which no memoryview has before Python 3.12
            items = memoryview(array.array("f", struct.unpack(f"<{len(items) // 2}e", items))).cast("B")
            size = 4
        form: Any = FORMATS[kind, size]
        plain = memoryview(bytes(items))
        return plain.cast(form) if 0 in shape or len(shape) < 2 else plain.cast(form, list(shape))
    return numpy.frombuffer(items, dtype=f"<{kind}{size}").reshape(shape).copy()
