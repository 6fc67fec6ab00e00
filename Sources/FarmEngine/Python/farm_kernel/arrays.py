"""Arrays of numbers as contiguous bytes: of NumPy where that is there, else memoryviews."""
import array
import struct
import sys

# What kind and bytes an item are called by memoryview. It has no complex numbers.
FORMATS = {
    ("f", 2): "e", ("f", 4): "f", ("f", 8): "d", ("b", 1): "?",
    ("i", 1): "b", ("i", 2): "h", ("i", 4): "i", ("i", 8): "q",
    ("u", 1): "B", ("u", 2): "H", ("u", 4): "I", ("u", 8): "Q",
}
# And the other way; how many bytes some of these have depends on the machine.
KINDS = {"e": "f", "f": "f", "d": "f", "?": "b"}
KINDS.update({letter: "i" for letter in "bhilq"})
KINDS.update({letter: "u" for letter in "BHILQ"})
NUMPY_SIZES = {"f": (2, 4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "b": (1,), "c": (8, 16)}

known = {}


def numpy():
    """NumPy, or None where it is not installed."""
    if "numpy" not in known:
        try:
            import numpy as module
        except ImportError:
            module = None
        known["numpy"] = module
    return known["numpy"]


def decode_array(kind, size, shape, items):
    """An array over `items`, a bytearray, without a copy; writable."""
    module = numpy()
    if module is not None:
        return module.frombuffer(items, module.dtype("<%s%d" % (kind, size))).reshape(shape)
    if kind == "c":
        # As pairs.
        kind, size, shape = "f", size // 2, tuple(shape) + (2,)
    if (kind, size) == ("f", 2):
        # Half floats, which no memoryview has before Python 3.12, become wider.
        items = bytearray(array.array("f", struct.unpack("<%de" % (len(items) // 2), items)))
        size = 4
    view = memoryview(items)
    if len(shape) == 1 or 0 in shape:
        return view.cast(FORMATS[kind, size])
    return view.cast(FORMATS[kind, size], shape)


def encode_array(value):
    """The buffers of an array, the items where they are if they are in order; None for anything else."""
    kind = type(value)
    if kind is array.array:
        return numbers(KINDS.get(value.typecode), value.itemsize, (len(value),), memoryview(value))
    if kind is memoryview:
        # ctypes says the order of bytes, which is the machine's.
        letter = value.format.lstrip("@=<")
        items = value if value.c_contiguous and letter == value.format else value.tobytes()
        return numbers(KINDS.get(letter), value.itemsize, value.shape, items)
    module = sys.modules.get("numpy")
    if module is None or kind is not module.ndarray:
        return None
    if value.dtype.itemsize not in NUMPY_SIZES.get(value.dtype.kind, ()):
        return None
    shape = value.shape
    items = module.ascontiguousarray(value, value.dtype.newbyteorder("<")).reshape(-1).view("u1")
    return numbers(value.dtype.kind, value.dtype.itemsize, shape, items.data)


def numbers(kind, size, shape, items):
    if kind is None:
        return None
    items = b"" if 0 in shape else memoryview(items).cast("B")
    if len(shape) == 1 and size == 8 and kind in "fi":
        return [b"\x07" if kind == "f" else b"\x08", items]
    return [struct.pack("<BBBB%dQ" % len(shape), 9, ord(kind), size, len(shape), *shape), items]
