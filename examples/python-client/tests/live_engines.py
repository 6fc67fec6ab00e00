"""The multi-engine interface on a farm of four engines with Python kernels."""

import array
import hashlib
import os
import tempfile
import unittest
from unittest import mock

from taskfarm import client, wire
from taskfarm.errors import UnencodableValue

from . import farm

try:
    import numpy
except ImportError:
    numpy = None


def pid():
    import os

    return os.getpid()


class Engines(unittest.TestCase):
    def setUp(self):
        self.mec = client.MultiEngineClient()
        self.addCleanup(self.mec.close)
        self.mec.reset()

    def test_targets_are_looked_up_at_each_call_and_wrong_ones_are_told(self):
        mec = self.mec
        self.assertEqual((mec.ids, mec.getIDs(), len(mec)), ([0, 1, 2, 3], [0, 1, 2, 3], 4))
        for targets, ids in ((2, [2]), ([3, 1], [3, 1]), ((0,), [0]), (range(2), [0, 1]), ("all", mec.ids)):
            self.assertEqual([one["id"] for one in mec.execute("x = 1", targets=targets)], ids)
        self.assertEqual([one["id"] for one in mec[1:3].execute("x = 1")], [1, 2])
        self.assertNotEqual(mec[2].apply(pid), mec[0].apply(pid))
        for wrong in (7, [0, 7], [], [0, 0], "some", 1.5, True):
            with self.assertRaises(client.InvalidEngineID, msg=repr(wrong)):
                mec.execute("x = 1", targets=wrong)
        with self.assertRaisesRegex(client.InvalidEngineID, "no engine 7 in targets 7; there are 0, 1, 2, 3"):
            mec.pull("x", targets=7)

    def test_a_push_is_one_upload_whatever_the_number_of_engines(self):
        data = os.urandom(1 << 20)
        sent = []
        cut = wire.Cutter.frames

        def counted(cutter, kind, body=b""):
            sent.append((kind, len(body)))
            return cut(cutter, kind, body)

        with mock.patch.object(wire.Cutter, "frames", counted):
            self.assertEqual(self.mec.push({"data": data}), [None] * 4)
        uploaded = sum(size for kind, size in sent if kind == wire.Kind.SUBMIT)
        self.assertLess(uploaded, (1 << 20) + 4096)
        self.assertEqual(self.mec.pull("data"), [data] * 4)

    def test_a_push_of_100_MiB_is_one_upload_too_and_one_of_240_is_refused_in_words(self):
        data = os.urandom(1 << 20) * 100
        sent = []
        cut = wire.Cutter.frames

        def counted(cutter, kind, body=b""):
            sent.append((kind, len(body)))
            return cut(cutter, kind, body)

        with mock.patch.object(wire.Cutter, "frames", counted):
            self.mec.push({"data": data})
        uploaded = sum(size for kind, size in sent if kind == wire.Kind.SUBMIT)
        self.assertLess(uploaded, len(data) + 4096)
        digests = self.mec.execute("import hashlib; hashlib.sha256(data).hexdigest()")
        self.assertEqual([one["result"] for one in digests], [repr(hashlib.sha256(data).hexdigest())] * 4)
        with self.assertRaisesRegex(client.FarmError, "over the 240 MiB that one call may have"):
            self.mec.push({"data": bytes(240 << 20)})
        self.assertEqual(self.mec.execute("1 + 1", targets=0)[0]["result"], "2")

    def test_what_fails_on_one_engine_leaves_the_others_results(self):
        mec = self.mec
        mec.scatter("n", [1, 0, 2, 0], flatten=True)
        with self.assertRaises(client.CompositeError) as caught:
            mec.execute("print(6 // n)")
        error = caught.exception
        self.assertEqual(len(error), 2)
        self.assertEqual((type(error[1]), type(error[3])), (ZeroDivisionError, ZeroDivisionError))
        self.assertEqual(
            {one: result["stdout"] for one, result in error.results.items()}, {0: "6\n", 2: "3\n"}
        )
        with self.assertRaises(KeyError):
            error[0]
        with self.assertRaises(ZeroDivisionError) as raised:
            error.raise_exception(1)
        self.assertIn("print(6 // n)", raised.exception.remote_traceback)
        with self.assertRaises(IndexError):
            error.raise_exception(2)
        self.assertEqual(mec.execute("print('on')", targets=1)[0]["stdout"], "on\n", "the lane goes on")

    def test_errors_of_names_syntax_and_values_are_told_apart(self):
        for code, name in (
            ("x = (1,", "SyntaxError"),
            ("nothing", "NameError"),
            ("raise KeyError('k')", "KeyError"),
            ("class Odd(Exception): pass\nraise Odd('so')", "Odd"),
        ):
            with self.assertRaises(client.CompositeError) as caught:
                self.mec.execute(code, targets=0)
            self.assertEqual(caught.exception.elist[0][0], name, code)
        with self.assertRaises(client.CompositeError) as caught:
            self.mec.pull("missing")
        self.assertEqual({type(error) for error in caught.exception.failures.values()}, {NameError})
        self.mec.execute("import threading; lock = threading.Lock()", targets=0)
        with self.assertRaisesRegex(client.CompositeError, "lock"):
            self.mec.pull("lock", targets=0)
        with open(os.devnull) as handle, self.assertRaisesRegex(UnencodableValue, "handle cannot be sent"):
            self.mec.push({"handle": handle})
        for call in (
            lambda: self.mec.push([1]),
            lambda: self.mec.push({1: 2}),
            lambda: self.mec.execute(1),
            lambda: self.mec.pull([1]),
        ):
            with self.assertRaises(TypeError):
                call()

    def test_values_of_all_kinds_go_there_and_back(self):
        values = dict(
            none=None,
            raw=b"\0\xff",
            number=7,
            huge=1 << 80,
            real=2.5,
            text="gr\u00fcn",
            yes=True,
            several=[1, "a"],
            table={"a": [1]},
            both=(1, (2,)),
            rows=[(1, "a"), (2, "b")],
            none_of_it=(),
            some={1, 2},
            whole=1 + 2j,
        )
        self.mec.restart(targets=0)
        self.mec.push(values)
        for kernel in ("without", "with"):
            for name, value in values.items():
                back = self.mec.pull(name, targets=0)[0]
                self.assertEqual((type(back), back), (type(value), value), f"{name}, {kernel} a kernel")
            self.mec.execute("pass", targets=0)
        self.assertEqual(self.mec.apply(lambda x: (x, (x,)), 1, targets=0), [(1, (1,))])
        self.assertEqual(self.mec.keys(targets=0)[0], sorted(values))
        self.mec.reset(targets=0)
        self.assertEqual(self.mec.keys(targets=[0, 1]), [[], sorted(values)])
        doubles = array.array("d", [1.5, 2.5])
        self.mec.push({"d": doubles})
        self.assertEqual(list(self.mec.pull("d", targets=0)[0]), [1.5, 2.5])

    @unittest.skipIf(numpy is None, "NumPy is not there")
    def test_arrays_are_scattered_worked_on_and_gathered(self):
        given = numpy.linspace(0, 1, 10_001)
        self.mec.scatter("x", given)
        self.assertEqual([len(one) for one in self.mec.pull("x")], [2501, 2500, 2500, 2500])
        self.mec.execute("y = 2 * x")
        back = self.mec.gather("y")
        self.assertEqual((type(back), back.dtype), (numpy.ndarray, given.dtype))
        self.assertTrue((back == 2 * given).all())
        self.mec.execute("import numpy; long = numpy.longdouble(1.5)")
        self.assertEqual(self.mec.pull("long"), [1.5] * 4)
        table = numpy.arange(24, dtype="f4").reshape(2, 3, 4)
        self.mec["t"] = table
        self.assertEqual([(one == table).all() for one in self.mec["t"]], [True] * 4)

    def test_functions_go_there_and_back_and_are_applied(self):
        base = 10

        def power(x, n=2, *, plus=0):
            return x**n + plus

        self.mec.push_function(dict(power=power, add=lambda x: x + base))
        self.assertEqual([r["result"] for r in self.mec.execute("power(3) + add(1)")], ["20"] * 4)
        self.assertEqual([f(3, 3) for f in self.mec.pull_function("power")], [27] * 4)
        self.assertEqual(self.mec.apply(power, 2, n=5, plus=1), [33] * 4)
        self.assertEqual(
            self.mec.apply(lambda items, f: [f(i) for i in items], [1, 2], power, targets=0), [[1, 4]]
        )
        self.assertEqual(self.mec.map(power, range(6), [1] * 6), [0, 1, 2, 3, 4, 5])
        self.assertEqual(self.mec.map(lambda a, b: a * b, [1, 2], [3, 4]), [3, 8])
        self.assertEqual(self.mec.map(power, []), [])
        with self.assertRaises(client.CompositeError) as caught:
            self.mec.map(lambda x: 1 // x, [1, 1, 0, 1])
        self.assertEqual(list(caught.exception.failures), [2])

    def test_a_file_is_run_and_results_are_asked_for_again(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("total = sum(range(10))\nprint(total)\n")
            file.flush()
            ran = self.mec.run(file.name)
            self.assertEqual([one["stdout"] for one in ran], ["45\n"] * 4)
            self.assertEqual(ran[0]["input"]["translated"], f"%run {file.name}")
            file.write("print(__file__)\n'no value'\n")
            file.flush()
            again = self.mec.run(os.path.relpath(file.name), targets=0)[0]
            self.assertEqual((again["stdout"], "result" in again), (f"45\n{file.name}\n", False))
        number = ran[0]["number"]
        self.mec.execute("total + 1")
        self.assertEqual(self.mec.get_result(targets=0)[0]["result"], "46")
        self.assertEqual(self.mec.getResult(number, targets=0)[0]["stdout"], "45\n")
        with self.assertRaisesRegex(client.CompositeError, "99999"):
            self.mec.get_result(99999, targets=0)

    def test_what_is_printed_is_handed_over_while_a_command_runs_each_line_once(self):
        mec = self.mec
        with tempfile.TemporaryDirectory() as directory:
            seen = []
            go = directory + "/go"
            wait = f"import os, sys, time\nwhile not os.path.exists({go!r}): time.sleep(0.005)\n"
            code = f"print('begun \u00e4')\n{wait}print('last', end='')\nprint('oh', file=sys.stderr)\n7"

            def note(engine, stream, lines):
                seen.append((engine, stream, lines))
                if {one for one, _, text in seen if text == "begun \u00e4\n"} == {0, 2}:
                    open(go, "w").close()  # nothing goes on before

            results = mec.execute(code, targets=[0, 2], on_output=note)
            self.assertEqual([one["result"] for one in results], ["7", "7"])
            self.assertEqual(results[0]["stdout"], "begun \u00e4\nlast")
            for engine in (0, 2):
                for stream, text in (("stdout", "begun \u00e4\nlast"), ("stderr", "oh\n")):
                    told = [lines for one, name, lines in seen if (one, name) == (engine, stream)]
                    self.assertEqual("".join(told), text)
            failed, flood = [], []
            with self.assertRaises(client.CompositeError):
                mec.execute("print('so far')\n1/0", targets=1, on_output=lambda *what: failed.append(what))
            self.assertEqual(failed, [(1, "stdout", "so far\n")])
            pending = mec.execute(
                "for i in range(200000): print(i)",
                targets=3,
                block=False,
                on_output=lambda engine, stream, lines: flood.append(lines),
            )
            while not pending.wait(0.2):
                pass
            self.assertEqual("".join(flood), pending.r[0]["stdout"])

    def test_what_python_cannot_call_a_variable_is_refused_before_anything_is_sent(self):
        before = self.mec.execute("1", targets=0)[0]["number"]
        for name in ("class", "a b", "1x", "", "None"):
            for call in (
                lambda: self.mec.push({name: 1}),
                lambda: self.mec.scatter(name, [1]),
                lambda: self.mec.push_function({name: pid}),
                lambda: self.mec.__setitem__(name, 1),
                lambda: client.StringTask("pass", push={name: 1}),
                lambda: client.StringTask("pass", pull=name),
            ):
                with self.assertRaisesRegex(ValueError, f"^{name!r} is "):
                    call()
        self.assertEqual(self.mec.keys(), [[]] * 4)
        self.assertEqual(self.mec.execute("1", targets=0)[0]["number"], before + 1)

    def test_pending_results_wait_poll_call_back_and_keep_their_errors(self):
        mec = self.mec
        with tempfile.TemporaryDirectory() as directory:
            go = directory + "/go"
            hold = f"import os, time\nwhile not os.path.exists({go!r}): time.sleep(0.01)\n"
            pending = mec.execute(hold + "print('done')", block=False)
            pending.add_callback(lambda results, word: [word + one["stdout"] for one in results], "> ")
            bad = mec.execute("1/0", targets=0, block=False)
            self.assertFalse(pending.wait(0.05))
            self.assertEqual(pending.get_result(default="not yet", block=False), "not yet")
            open(go, "w").close()
            mec.barrier([pending, bad])
        self.assertEqual((pending.r, pending.get_result()), (["> done\n"] * 4, ["> done\n"] * 4))
        for _ in range(2):
            with self.assertRaises(client.CompositeError):
                bad.r
        with self.assertRaises(client.NotAPendingResult):
            mec.barrier([1])
        left = mec.execute("x = 1", block=False)
        mec.flush()
        with self.assertRaises(client.Closed):
            left.r

    def test_an_endless_loop_is_interrupted_and_what_is_queued_behind_is_cleared(self):
        mec = self.mec
        with tempfile.TemporaryDirectory() as directory:
            loop = f"open({directory!r} + '/began', 'w').close()\nwhile True: pass"
            endless = mec.execute(loop, targets=0, block=False)
            behind = mec.execute("x = 1", targets=0, block=False)
            farm.eventually(lambda: os.path.exists(directory + "/began"), "the loop runs")
            status = dict(mec.queue_status())
            self.assertEqual((status[0], status[1]), ({"pending": 1, "queue": 1}, {"pending": 0, "queue": 0}))
            mec.interrupt(targets=0)
            with self.assertRaises(client.CompositeError) as caught:
                endless.r
        self.assertEqual(caught.exception.elist[0][0], "KeyboardInterrupt")
        with self.assertRaises(client.CompositeError) as caught:
            behind.r
        self.assertIs(type(caught.exception[0]), client.QueueCleared)
        self.assertIn("[0:execute]: QueueCleared: cleared from its queue", str(caught.exception))
        self.assertEqual(mec.execute("2 + 2", targets=0)[0]["result"], "4")

    def test_a_kernel_that_dies_fails_its_command_only_and_another_one_is_started(self):
        with self.assertRaises(client.CompositeError) as caught:
            self.mec.execute("import os; os._exit(3)", targets=1)
        self.assertEqual(caught.exception.elist[0][0], "KernelDied")
        self.assertEqual(self.mec.execute("1 + 1")[1]["result"], "2")
        self.mec.execute("x = 1", targets=2)
        self.mec.restart(targets=2)
        self.assertEqual(self.mec.keys(targets=2), [[]])

    def test_the_namespace_needs_its_own_capability(self):
        with self.assertRaisesRegex(client.Refused, "multiengine-client"):
            client.MultiEngineClient(farm.capability("task-client")).execute("x = 1")


if __name__ == "__main__":
    unittest.main()
