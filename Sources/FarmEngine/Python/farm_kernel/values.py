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
# What JSON makes of a value: itself, something like it, or nothing that is of use.
SAME, ALIKE, OTHER = range(3)
SCALARS = frozenset((str, int, bool, type(None)))
# Items of lists that are there more than once. With more a value is pickled, which writes each list once.
MOST_REPEATED = 1 << 20


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
    if codec == 13:
        return pickle.loads(body[4 + int.from_bytes(body[:4], "little"):])
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
        found = Plainness().of(value)
        if found == OTHER:
            return None
        text = json.dumps(value, ensure_ascii=False, default=lambda number: number.item()).encode()
    except (ValueError, RecursionError):
        # An integer of thousands of digits, half a character.
        return None
    if found == SAME:
        return [b"\x02" + text]
    return [struct.pack("<BI", 13, len(text)) + text, pickle.dumps(value, protocol=4)]


def is_number(value):
    """Whether it is one of NumPy's numbers, which go as Python's own."""
    module = sys.modules.get("numpy")
    if module is None or not isinstance(value, module.generic):
        return False
    # Of a long double Python has none of its own.
    return value.dtype.kind in "fiub" and value.dtype.itemsize <= 8


class Plainness:
    """Looks at a list, dict or tuple: SAME if JSON gives it back as it is, ALIKE if tuples come back as lists,
    else OTHER. NumPy's numbers count as Python's.
    """

    def __init__(self):
        self.has_tuples = False
        # Lists that hold lists, by their ids: those that we are in, and all that were seen.
        self.path, self.seen = set(), set()
        self.repeated = 0

    def of(self, value):
        return (ALIKE if self.has_tuples else SAME) if self.look(value, 0) else OTHER

    def look(self, item, depth):
        kind = type(item)
        if kind is float:
            return item - item == 0
        if kind is dict:
            if not all(type(key) is str for key in item):
                return False
            parts = item.values()
        elif kind is list or kind is tuple:
            self.has_tuples |= kind is tuple
            parts = item
        else:
            return kind in SCALARS or is_number(item) and self.look(item.item(), depth)
        if depth > 100:
            return False
        is_entered = False
        for part in parts:
            kind = type(part)
            if kind in SCALARS:
                continue
            if not is_entered and kind in (list, tuple, dict):
                is_entered = True
                if not self.enter(item):
                    return False
            if not self.look(part, depth + 1):
                return False
        self.path.discard(id(item))
        return True

    def enter(self, item):
        """False of what holds itself, or the same lists so often that JSON would have no end."""
        place = id(item)
        if place in self.seen:
            self.repeated += len(item)
        if place in self.path or self.repeated > MOST_REPEATED:
            return False
        self.seen.add(place)
        self.path.add(place)
        return True


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
