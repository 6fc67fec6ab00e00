"""Python tasks on a farm of four engines with kernels, alone and beside the multi-engine interface."""

import os
import tempfile
import threading
import unittest

from taskfarm import client


class Tasks(unittest.TestCase):
    def setUp(self):
        self.tc = client.TaskClient()
        self.addCleanup(self.tc.close)

    def test_a_string_task_pushes_runs_and_pulls(self):
        task = client.StringTask("c = a + b\nprint(c)", push=dict(a=1, b=2.5), pull=["a", "c"])
        result = self.tc.run(task, block=True)
        self.assertEqual((result.ns.a, result.ns["c"], result["c"], result.keys), (1, 3.5, 3.5, ["a", "c"]))
        self.assertEqual((result.stdout, result.failure, result.taskid), ("3.5\n", None, task.taskid))
        self.assertIn(result.engineid, (0, 1, 2, 3))
        self.assertRegex(repr(result), r"TaskResult\[ID:\d+\.0\]:\{'a': 1, 'c': 3.5\}")
        literal = client.StringTask("x = '${{ a }}' + a", push=dict(a="${{ b }}"), pull="x")
        self.assertEqual(self.tc.run(literal, block=True).ns.x, "${{ a }}${{ b }}", "nothing is expanded")
        odd = client.StringTask("n = len(some)", push=dict(some={1, 2}), pull="n")
        self.assertEqual(self.tc.run(odd, block=True).ns.n, 2)
        pair = client.StringTask("pair = a, a", push=dict(a=(1, 2)), pull=["a", "pair"])
        self.assertEqual(self.tc.run(pair, block=True).results, {"a": (1, 2), "pair": ((1, 2), (1, 2))})

    def test_a_task_that_fails_raises_what_was_raised_there(self):
        result = self.tc.run(client.StringTask("x = 1\n1/0", pull="x"), block=True)
        for call in (result.raise_exception, result.raiseException, lambda: result.ns, lambda: result["x"]):
            with self.assertRaises(ZeroDivisionError):
                call()
        self.assertIn("1/0", result.failure.remote_traceback)
        with self.assertRaises(NameError):
            self.tc.run(client.StringTask("pass", pull="nowhere"), block=True).raise_exception()
        with self.assertRaisesRegex(ValueError, "bad"):
            self.tc.run(client.MapTask(lambda: int("bad")), block=True)

    def test_namespaces_are_cleared_before_and_after(self):
        with client.MultiEngineClient() as mec:
            mec.push(dict(left=1))
            seen = client.StringTask("there = 'left' in globals()", pull="there", clear_before=True)
            self.assertFalse(self.tc.run(seen, block=True).ns.there)
            mec.reset()
            self.tc.run(client.StringTask("left = 2", clear_after=True), block=True)
            self.assertEqual(mec.keys(), [[]] * 4)

    def test_recovery_retries_and_dependencies(self):
        fails = client.StringTask("raise ValueError('first')", retries=1)
        fails.recovery_task = client.StringTask("x = 'recovered'", pull="x")
        self.assertEqual(self.tc.run(fails, block=True).value, {"x": "recovered"})
        saved = client.MapTask(lambda word: word, ("saved",))
        self.assertEqual(self.tc.mapper(recovery_task=saved).map(lambda x: 1 // x, [1, 0]), [1, "saved"])
        first = self.tc.run(client.StringTask("pass"))
        second = self.tc.run(client.MapTask(lambda a, b=0: a + b, (1,), dict(b=2), depend=[first]))
        self.assertEqual(self.tc.get_task_result(second, block=True), 3)

    def test_a_python_task_waits_for_those_that_it_depends_on_and_is_impossible_when_they_fail(self):
        with tempfile.TemporaryDirectory() as directory:
            go = directory + "/go"
            hold = f"import os, time\nwhile not os.path.exists({go!r}): time.sleep(0.005)"
            first = self.tc.run(client.StringTask(hold))
            look = f"import os\nthere = os.path.exists({go!r})"
            second = self.tc.run(client.StringTask(look, pull="there", depend=first))
            # Three other engines are free.
            self.assertEqual(self.tc.run(client.MapTask(lambda: 2), block=True), 2)
            self.assertEqual(self.tc.task_status(second), "waiting")
            open(go, "w").close()
            self.assertTrue(self.tc.get_task_result(second, block=True).ns.there)
        bad = self.tc.run(client.StringTask("1/0"))
        never = self.tc.run(client.StringTask("x = 1", pull="x", depend=[second, bad]), block=True)
        self.assertRegex(str(never.failure), "impossible|dependency")
        self.assertEqual(self.tc.task_status(never.taskid), "impossible")

    def test_map_keeps_the_order_and_raises_what_was_raised(self):
        factor = 3
        self.assertEqual(self.tc.map(lambda x: factor * x, range(1000)), [3 * x for x in range(1000)])
        self.assertEqual(self.tc.map(lambda a, b: a + b, "ab", "cd"), ["ac", "bd"])
        self.assertEqual(self.tc.map(lambda x: (x, [(x,)]), [1, 2]), [(1, [(1,)]), (2, [(2,)])])
        self.assertEqual(self.tc.map(os.path.basename, ["a/b", "c/d"]), ["b", "d"])
        self.assertEqual(self.tc.map(lambda x: x, []), [])
        with self.assertRaises(ZeroDivisionError):
            self.tc.map(lambda x: 1 // x, [1, 0, 2])
        for clear in (False, True):
            mapper = self.tc.mapper(block=False, clear_before=clear, clear_after=clear)
            ids = mapper.map(lambda x: 2 * x, range(10))
            self.tc.barrier(ids)
            self.assertEqual([self.tc.get_task_result(one) for one in ids], [2 * x for x in range(10)])

    def test_both_interfaces_work_on_the_same_engines_at_once(self):
        with client.MultiEngineClient() as mec:
            results = []
            thread = threading.Thread(target=lambda: results.extend(self.tc.map(lambda x: x + 1, range(500))))
            thread.start()
            numbers = [mec.execute("1")[0]["number"] for _ in range(10)]
            thread.join()
        self.assertEqual(results, list(range(1, 501)))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 10)))

    def test_a_task_says_that_it_cannot_run_on_an_engine_and_another_one_is_tried(self):
        with client.MultiEngineClient() as mec:
            mec.reset()
            mec.push(dict(ready=True), targets=2)
            code = "if 'ready' not in globals(): raise TaskRejectError('not here')\nx = 1"
            self.assertEqual(self.tc.run(client.StringTask(code, pull="x"), block=True).engineid, 2)


if __name__ == "__main__":
    unittest.main()
