"""Functions, parts of sequences and exceptions; nothing of it needs a farm."""

import array
import json
import os
import unittest

from taskfarm.errors import UnencodableValue, WireError, remote_error
from taskfarm.functions import canned, uncanned
from taskfarm.sequences import joined, partition
from taskfarm.values import decode, encode

try:
    import numpy
except ImportError:
    numpy = None


def scaled(x, factor: int = 2, *, offset=[1]):
    return factor * x + offset[0]


FACTOR = 3


class FunctionTests(unittest.TestCase):
    def test_a_def_goes_by_its_source_without_decorators_and_a_lambda_by_its_code(self):
        # What a decorator makes is no function of this name any more; what is under it is sent.
        @staticmethod
        def plain(x):
            return x + 1

        spec = canned(plain.__func__)
        self.assertTrue(spec["source"].startswith("def plain(x):"), spec)
        self.assertEqual(uncanned(spec)(2), 3)
        self.assertEqual(decode(encode(scaled))(5), 11)
        self.assertEqual(canned(lambda x: x**10)["source"], "function = lambda x: x**10\n")
        two = [lambda: 1, lambda: 2]
        self.assertEqual([decode(encode(one))() for one in two], [1, 2])
        self.assertNotIn("source", canned(two[0]), "which of two it is the text does not say")
        power = decode(encode(lambda x, n=10: x**n))
        self.assertEqual((power(2), power(2, 3)), (1024, 8))

    def test_a_closure_takes_its_values_along_and_one_that_cannot_says_so(self):
        base = 7
        self.assertEqual(decode(encode(lambda x: x + base))(1), 8)
        handle = open(os.devnull)
        with (
            handle,
            self.assertRaisesRegex(UnencodableValue, "variable of the function around it cannot be pickled"),
        ):
            encode(lambda: handle)

    def test_defaults_that_name_something_of_this_program_go_by_value(self):
        def times(x, factor=FACTOR):
            return x * factor

        self.assertNotIn("source", canned(times))
        self.assertEqual(decode(encode(times))(2), 6)

    def test_functions_of_installed_modules_go_by_name(self):
        self.assertIs(decode(encode(os.path.basename)), os.path.basename)
        self.assertEqual((encode(os.path.basename)[0], encode(scaled)[0]), (10, 11))

    def test_code_of_another_python_is_refused_in_words(self):
        two = [lambda: 1, lambda: 2]
        spec = dict(canned(two[0]), python="2.4")
        with self.assertRaisesRegex(WireError, "code of Python 2.4"):
            decode(b"\x0b" + json.dumps(spec).encode())

    def test_sequences_are_cut_into_contiguous_parts_the_longer_ones_first(self):
        self.assertEqual(partition(range(10), 4), [[0, 1, 2], [3, 4, 5], [6, 7], [8, 9]])
        self.assertEqual(partition([1], 3), [[1], [], []])
        self.assertEqual(joined(partition(array.array("h", range(5)), 2)), list(range(5)))
        self.assertEqual(joined(partition("abcde", 2)), ["abc", "de"])
        self.assertEqual(joined(["heat", {"a": 1}, 3, (4, 5)]), ["heat", {"a": 1}, 3, 4, 5], "no sequences")
        if numpy is not None:
            pieces = partition(numpy.arange(5), 2)
            self.assertEqual((type(pieces[0]), joined(pieces).tolist()), (numpy.ndarray, [0, 1, 2, 3, 4]))
        with self.assertRaisesRegex(ValueError, "contiguous"):
            partition([1], 1, "c")

    def test_exceptions_of_engines_are_of_pythons_own_classes_where_there_is_one(self):
        self.assertIs(type(remote_error("ZeroDivisionError", "division by zero")), ZeroDivisionError)
        self.assertEqual(type(remote_error("UnicodeDecodeError", "x")).__name__, "UnicodeDecodeError")
        self.assertEqual(type(remote_error("LinAlgError", "singular")).__name__, "LinAlgError")
        self.assertEqual(type(remote_error("SystemExit", "3")).__mro__[-3].__name__, "Exception")
        self.assertEqual(remote_error("a b", "x").name, "a b")


if __name__ == "__main__":
    unittest.main()
