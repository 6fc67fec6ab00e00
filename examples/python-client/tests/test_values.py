"""Values and capability files; nothing of it needs a farm."""

import array
import json
import os
import struct
import tempfile
import unittest

from taskfarm import capability, values
from taskfarm.errors import CapabilityError, UnencodableValue, WireError
from taskfarm.values import decode, encode

try:
    import numpy
except ImportError:
    numpy = None


class Point:
    def __init__(self, x):
        self.x = x

    def __eq__(self, other):
        return type(other) is Point and other.x == self.x


class ValueTests(unittest.TestCase):
    def test_each_kind_has_its_codec_and_comes_back_as_it_was(self):
        kinds = [
            (0, None),
            (1, b"\0\xff"),
            (3, 0),
            (3, -(1 << 63)),
            (3, (1 << 63) - 1),
            (4, -0.0),
            (4, 1e308),
            (5, ""),
            (5, "gr\u00fcn \U0001f33f"),
            (6, True),
            (6, False),
            (2, []),
            (2, {"a": [1, 2.5, None, True, "x"]}),
            (2, [1 << 80]),
            (2, 1 << 63),
            (13, (1, 2)),
            (13, [(1, 2)]),
            (13, {"a": ()}),
            (10, [b"x", (1, 2)]),
            (2, [[1, 2]] * 3),
            (10, {1: 2}),
            (10, {"a": b"x"}),
            (10, "\ud800"),
            (10, ["\ud800"]),
            (10, [float("inf")]),
            (10, {1, 2}),
            (10, Point(3)),
            (10, 1 + 2j),
        ]
        for codec, value in kinds:
            payload = encode(value)
            self.assertEqual(payload[0], codec, repr(value))
            back = decode(payload)
            self.assertEqual((type(back), back), (type(value), value))
        self.assertIsNone(decode(b""))
        self.assertEqual(str(decode(encode(float("nan")))), "nan")

    def test_a_value_that_holds_itself_or_has_no_end_as_json_is_pickled_at_once(self):
        itself, deep, wide = [], [], []
        itself += [itself, itself]
        table = {"rows": []}
        table["rows"] += [{"of": table}, {"of": table}]
        for _ in range(40):
            wide = [wide, wide]
        for _ in range(400):
            deep = [deep]
        for value in (itself, table, wide, deep, 10**5000, [10**5000]):
            payload = encode(value)
            self.assertEqual(payload[0], 10)
            self.assertLess(len(payload), 10_000)
            self.assertIs(type(decode(payload)), type(value))

    def test_arrays_cross_as_they_lie_in_memory(self):
        doubles = array.array("d", [1.0, 2.5])
        self.assertEqual(encode(doubles), b"\x07" + doubles.tobytes())
        self.assertEqual(encode(array.array("q", [1, -2])), b"\x08" + struct.pack("<qq", 1, -2))
        self.assertEqual(encode(array.array("f", [1.0]))[:4], bytes([9, ord("f"), 4, 1]))
        matrix = memoryview(bytes(range(24))).cast("i", [2, 3])
        back = decode(encode(matrix))
        self.assertEqual((tuple(back.shape), back.tolist()), ((2, 3), matrix.tolist()))
        self.assertEqual(list(decode(encode(doubles))), [1.0, 2.5])
        for empty in (array.array("d"), array.array("f")):
            self.assertEqual(len(decode(encode(empty))), 0)

    @unittest.skipIf(numpy is None, "NumPy is not there")
    def test_numpy_arrays_of_all_kinds_and_shapes_come_back_equal_writable_and_little_endian(self):
        for kind in (
            "f2",
            "f4",
            "f8",
            "i1",
            "i2",
            "i4",
            "i8",
            "u1",
            "u2",
            "u4",
            "u8",
            "?",
            "c8",
            "c16",
            ">f8",
            ">i2",
        ):
            for shape in ((), (0,), (5,), (2, 3), (2, 0, 3), (2, 3, 4)):
                given = numpy.arange(numpy.prod(shape, dtype=int)).reshape(shape).astype(kind)
                payload = encode(given)
                self.assertIn(payload[0], (7, 8, 9), (kind, shape))
                back = decode(payload)
                self.assertEqual((back.dtype, back.shape), (given.dtype.newbyteorder("<"), shape))
                self.assertTrue((back == given).all() and back.flags.writeable)
        turned = numpy.arange(6.0).reshape(2, 3).T
        self.assertTrue((decode(encode(turned)) == turned).all())
        for number in (numpy.float64(1.5), numpy.int8(3), numpy.bool_(True)):
            self.assertEqual(encode(number), encode(number.item()))
            plain = number.item()
            self.assertEqual(decode(encode([number, {"a": (number,)}])), [plain, {"a": (plain,)}])
        self.assertEqual(decode(encode(numpy.longdouble(1.5))), 1.5)
        for other in (numpy.array(["a"]), numpy.ones(2, "longdouble"), numpy.ones(2, "clongdouble")):
            self.assertEqual(encode(other)[0], 10, other.dtype)
            self.assertTrue((decode(encode(other)) == other).all())

    def test_what_cannot_be_sent_says_which_value_and_why(self):
        with self.assertRaisesRegex(
            UnencodableValue, "handle cannot be sent: a TextIOWrapper cannot be pickled"
        ):
            with open(os.devnull) as file:
                encode(file, "handle")

    def test_damaged_payloads_say_so(self):
        for bad in (
            b"\x03123",
            b"\x07123",
            b"\x02{",
            b"\x05\xff",
            b"\x63",
            b"\x06\x01\x01",
            b"\x0a junk",
            b"\x0b{}",
            b"\x0b" + json.dumps({"name": "f", "source": "def f(x=nowhere): pass"}).encode(),
            b"\x0d\xff\0\0\0[]",
        ):
            with self.assertRaises(WireError, msg=bad):
                decode(bad)
        shape = bytes([9, ord("d"), 8, 1])
        for bad in (
            b"\x09",
            bytes([9, ord("f"), 3, 0]) + bytes(3),
            bytes([9, ord("f"), 8, 33]),
            shape + bytes(8),
        ):
            with self.assertRaises(WireError, msg=bad):
                decode(bad)

    def test_bundles(self):
        self.assertEqual(values.unbundle(values.bundle([])), {})
        found = values.unbundle(values.bundle([("a", encode(1)), ("gr\u00fcn", b"")]))
        self.assertEqual(
            [(name, bytes(value)) for name, value in found.items()], [("a", encode(1)), ("gr\u00fcn", b"")]
        )
        for bad in (b"", b"\x05x", b"\x01\x01\0\0\0", values.bundle([("a", b"x")]) + b"y"):
            with self.assertRaises(WireError, msg=bad):
                values.unbundle(bad)


class CapabilityTests(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.path = self.directory.name + "/task-client.json"
        self.good = {
            "format": 1,
            "farm": "1c4fe910c1c4eac9",
            "serial": "50644d09cf68ed23",
            "role": "task-client",
            "subject": "ada",
            "priority_cap": 1000,
            "expires": None,
            "endpoints": ["ipc:///tmp/x"],
            "controller_key": "0" * 40,
            "public_key": "0" * 40,
            "secret_key": "0" * 40,
            "signature": "AAAA",
        }

    def tearDown(self):
        self.directory.cleanup()

    def save(self, mode=0o600, **changes):
        with open(self.path, "w") as file:
            json.dump({**self.good, **changes}, file)
        os.chmod(self.path, mode)

    def test_the_file_is_searched_as_by_the_other_programs(self):
        old = dict(os.environ)
        try:
            os.environ.pop("TASKS_CAPABILITY", None)
            os.environ["TASKS_HOME"] = "/home/ada/farms"
            self.assertEqual(capability.find("observer"), "/home/ada/farms/default/security/observer.json")
            self.assertEqual(
                capability.find("observer", profile="lab"), "/home/ada/farms/lab/security/observer.json"
            )
            self.assertEqual(capability.find("observer", profile="/x/y"), "/x/y/security/observer.json")
            os.environ["TASKS_CAPABILITY"] = "/elsewhere.json"
            self.assertEqual(capability.find("observer"), "/elsewhere.json")
            self.assertEqual(
                capability.find("observer", profile="lab"), "/home/ada/farms/lab/security/observer.json"
            )
            self.assertEqual(capability.find("observer", "/this.json", "lab"), "/this.json")
        finally:
            os.environ.clear()
            os.environ.update(old)

    def test_a_file_that_others_can_read_is_missing_has_expired_or_is_damaged_is_refused_in_words(self):
        with self.assertRaisesRegex(CapabilityError, "no farm here.*tasks cluster start"):
            capability.load(self.path)
        for words, mode, changes in (
            ("mode 0600", 0o644, {}),
            ("has expired", 0o600, {"expires": "2020-01-01T00:00:00Z"}),
            ("no capability file of format 1", 0o600, {"format": 2}),
            ("no capability file", 0o600, {"role": "king"}),
            ("no capability file", 0o600, {"public_key": "short"}),
            ("no capability file", 0o600, {"farm": "xyz"}),
        ):
            self.save(mode, **changes)
            with self.assertRaisesRegex(CapabilityError, words):
                capability.load(self.path)
        self.save(expires="2999-01-01T00:00:00Z")
        self.assertNotIn("0" * 40, repr(capability.load(self.path)), "nothing of the secret is printed")


if __name__ == "__main__":
    unittest.main()
