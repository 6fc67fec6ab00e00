"""`tasks multi console --python` on a terminal, as a person starts it."""

import os
import pty
import select
import sys
import tempfile
import time
import unittest

from . import farm


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *words):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "dumb"
            os.execv(words[0], words)
        self.shown = ""

    def type(self, text):
        os.write(self.terminal, text.encode())

    def until(self, text, seconds=30):
        """Reads until the text has been shown, and forgets what came before its end."""
        end = time.monotonic() + seconds
        while text not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"{text!r} was not shown, but {self.shown!r}")
            self.shown += os.read(self.terminal, 4096).decode("utf-8", "replace")
        self.shown = self.shown.partition(text)[2]

    def ended(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class Console(unittest.TestCase):
    def test_mec_and_tc_are_there_and_ctrl_c_interrupts_the_engines(self):
        prompt = Terminal(os.environ["TASKS"], "multi", "console", "--python", sys.executable)
        self.addCleanup(os.close, prompt.terminal)
        prompt.until("In [1]: ")
        prompt.type("tc.map(lambda x: x**2, range(5))\n")
        prompt.until("Out[1]: [0, 1, 4, 9, 16]")
        with tempfile.TemporaryDirectory() as directory:
            began = directory + "/began"
            prompt.until("In [2]: ")
            loop = f"open({began!r}, 'w').close()\nwhile True: pass"
            prompt.type(f"mec.execute({loop!r})\n")
            farm.eventually(lambda: os.path.exists(began), "the loop runs")
            prompt.type("\x03")
            prompt.until("KeyboardInterrupt")
        prompt.until("In [3]: ")
        prompt.type("[one['result'] for one in mec.execute('6 * 7')]\n")
        prompt.until("Out[3]: ['42', '42', '42', '42']")
        prompt.until("In [4]: ")
        prompt.type("\x04")
        self.assertEqual(prompt.ended(), 0)


if __name__ == "__main__":
    unittest.main()
