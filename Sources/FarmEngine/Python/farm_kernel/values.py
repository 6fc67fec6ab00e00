"""Values to bytes and back: docs/protocol.md, "Values"."""
import json
import pickle
import struct
import sys
import types

from .arrays import decode_array, encode_array
from .functions import decode_function, encode_function

# A value's length goes into 32 bits where it is reported.
LARGEST = (1 << 32) - 64


class Refusal(Exception):
    """Told by a name of its own, without a traceback."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


def decode(codec, body):
    """The value; `body` is bytes, for 7 and 8 a bytearray, for 9 what `Wire.bundle` makes."""
    if codec == 5:
        return body.decode()
    if codec == 3:
        return struct.unpack("<q", body)[0]
    if codec == 2:
        return json.loads(body)
    if codec == 0:
        return None
    if codec == 1:
        return body
    if codec == 4:
        return struct.unpack("<d", body)[0]
    if codec == 6:
        return body[0] == 1
    if codec == 7:
        return decode_array("f", 8, (len(body) // 8,), body)
    if codec == 8:
        return decode_array("i", 8, (len(body) // 8,), body)
    if codec == 9:
        head, items = body
        return decode_array(chr(head[0]), head[1], struct.unpack("<%dQ" % head[2], head[3:]), items)
    if codec == 10:
        return pickle.loads(body)
    if codec == 11:
        return decode_function(body)
    raise ValueError("codec %d is not known to this engine" % codec)


def decode_named(name, codec, body):
    try:
        return decode(codec, body)
    except Exception as error:
        raise Refusal(
            "UndecodableValue", "`%s` cannot be read: %s: %s" % (name, type(error).__name__, error)
        ) from None


def encode(name, value):
    """The buffers of a value: its codec, then its bytes. `name` is for the error."""
    buffers = encode_plain(value) or encode_array(value) or encode_pickled(name, value)
    if sum(len(part) for part in buffers) > LARGEST:
        raise Refusal("ValueTooLarge", "`%s` has over 4 GiB; write it to a file and send the path" % name)
    return buffers


def encode_plain(value):
    """What JSON or a codec of its own can say; else None."""
    kind = type(value)
    if kind is int:
        if -(1 << 63) <= value < 1 << 63:
            return [struct.pack("<Bq", 3, value)]
    elif value is None:
        return [b"\x00"]
    elif kind is float:
        return [struct.pack("<Bd", 4, value)]
    elif kind is str:
        try:
            return [b"\x05" + value.encode()]
        except UnicodeEncodeError:
            return None
    elif kind is bool:
        return [b"\x06\x01" if value else b"\x06\x00"]
    elif kind is bytes or kind is bytearray:
        return [b"\x01", value]
    elif kind not in (list, dict, tuple):
        return encode_plain(value.item()) if is_number(value) else None
    try:
        if not is_plain(value):
            return None
        return [b"\x02" + json.dumps(value, ensure_ascii=False, default=lambda number: number.item()).encode()]
    except (ValueError, RecursionError):
        # An integer of thousands of digits, half a character, a list that holds itself.
        return None


def is_number(value):
    """Whether it is one of NumPy's numbers, which go as Python's own."""
    module = sys.modules.get("numpy")
    return module is not None and isinstance(value, module.generic) and value.dtype.kind in "fiub"


def is_plain(value, depth=0):
    """Whether JSON gives it back as it is; but a tuple becomes a list, and NumPy's numbers Python's."""
    kind = type(value)
    if kind in (str, int, bool, type(None)):
        return True
    if kind is float:
        return value - value == 0
    if depth > 100:
        return False
    if kind is dict:
        return all(type(key) is str for key in value) and all(is_plain(v, depth + 1) for v in value.values())
    if kind is list or kind is tuple:
        return all(is_plain(v, depth + 1) for v in value)
    return is_number(value) and is_plain(value.item())


def encode_pickled(name, value):
    try:
        if isinstance(value, types.FunctionType) and value.__module__ == "__main__":
            return [b"\x0b", encode_function(value)]
        return [b"\x0a", pickle.dumps(value, protocol=min(5, pickle.HIGHEST_PROTOCOL))]
    except Exception as error:
        kind = type(value)
        word = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
        raise Refusal(
            "UnpicklableValue", "`%s`, of type `%s`, cannot be sent: %s" % (name, word, error)
        ) from None
