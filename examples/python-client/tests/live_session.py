"""The sessions of the original documentation, typed into the console on a farm of four engines."""

import doctest
import io
import re
import sys
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from taskfarm import console, magics

TEXT = Path(__file__).parents[1] / "session.txt"
PROMPT = re.compile(r"^In \[(\d+)\]: ?(.*)$")
MORE = re.compile(r"^   \.\.\.\.: ?(.*)$")
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def blocks(text):
    """(number, lines typed, text expected) of each prompt. A line that begins with # between two is a
    heading."""
    found = []
    for line in text.split("\n"):
        prompt, more = PROMPT.match(line), MORE.match(line)
        if prompt:
            found.append((int(prompt[1]), [prompt[2]], []))
        elif found and more and not found[-1][2]:
            found[-1][1].append(more[1])
        elif found and not line.startswith("#"):
            found[-1][2].append(line)
    return [(number, typed, "\n".join(expected).strip()) for number, typed, expected in found]


class SessionTests(unittest.TestCase):
    def test_each_call_gives_what_the_documentation_shows(self):
        prompt = console.Console({"__name__": "__main__"})
        self.addCleanup(setattr, sys, "displayhook", sys.displayhook)
        self.addCleanup(setattr, magics, "active", None)
        sys.displayhook = prompt.show
        check = doctest.OutputChecker()
        typed = blocks(TEXT.read_text())
        self.assertEqual([number for number, _, _ in typed], list(range(1, 101)))
        for number, lines, expected in typed:
            self.assertEqual(prompt.number, number)
            said = io.StringIO()
            with redirect_stdout(said), redirect_stderr(said):
                for line in lines:
                    more = prompt.push(line)
            self.assertFalse(more, f"In [{number}] is not whole: {lines}")
            got = said.getvalue().strip()
            self.assertTrue(
                check.check_output(expected + "\n", got + "\n", FLAGS),
                f"In [{number}]: {lines}\nexpected:\n{expected}\ngot:\n{got}",
            )


if __name__ == "__main__":
    unittest.main()
