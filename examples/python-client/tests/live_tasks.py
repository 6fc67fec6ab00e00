"""The client against a real farm of two engines: commands, and what happens to the connection. No Python
kernel."""

import json
import os
import tempfile
import threading
import unittest
from unittest import mock

import zmq

from taskfarm import client
from taskfarm.errors import (
    CapabilityError,
    Closed,
    KeyRefused,
    NoController,
    Refused,
    UnknownTask,
    WrongController,
)
from taskfarm.jobs import Job, parts
from taskfarm.messages import Group, Header, template

from . import farm

HOLD = """echo x >> {name}.starts
while test -e {name}.starts && ! test -e {name}.go; do sleep 0.02; done
echo 42 > $TASKS_RESULT_FILE"""


class Commands(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.directory.name)
        self.tc = client.TaskClient()
        self.addCleanup(self.tc.close)

    def hold(self, name):
        return client.CommandTask(HOLD.format(name=name))

    def lines(self, name):
        if not os.path.exists(name):
            return 0
        with open(name) as file:
            return len(file.readlines())

    def test_a_command_has_its_value_output_engine_and_time(self):
        result = self.tc.run(
            client.CommandTask("echo hi; echo oh >&2; echo '[1, 2]' > $TASKS_RESULT_FILE"), block=True
        )
        self.assertEqual(
            (result.value, result.stdout, result.stderr, result.exit_code), ([1, 2], "hi\n", "oh\n", 0)
        )
        self.assertIn(result.engineid, [one["id"] for one in self.tc.query("engines")["engines"]])
        self.assertGreater(result.duration, 0)
        self.assertIsNone(result.failure)
        words = self.tc.run(client.CommandTask(["echo", "a b", "${{ x }}"]), block=True)
        self.assertEqual(words.stdout, "a b ${{ x }}\n", "arguments stand for themselves")

    def test_a_command_that_fails_is_tried_again_and_then_recovered(self):
        task = client.CommandTask("echo x >> tries; exit 3", retries=2)
        result = self.tc.run(task, block=True)
        self.assertEqual((self.lines("tries"), result.exit_code), (3, 3))
        with self.assertRaisesRegex(Exception, "exit code 3"):
            result.raise_exception()
        recovered = client.CommandTask(
            "exit 3", recovery_task=client.CommandTask("echo 7 > $TASKS_RESULT_FILE")
        )
        self.assertEqual(self.tc.run(recovered, block=True).value, 7)

    def test_a_task_waits_for_those_that_it_depends_on(self):
        first = self.tc.run(self.hold("first"))
        second = self.tc.run(client.CommandTask("true"))
        third = self.tc.run(client.CommandTask("cat first.starts", depend=[first]))
        farm.eventually(lambda: self.lines("first.starts") == 1, "the first has begun")
        self.assertEqual(self.tc.task_status(third), "waiting")
        self.assertIsNone(self.tc.get_task_result(third))
        open("first.go", "w").close()
        self.tc.barrier([first, second, third])
        self.assertEqual(self.tc.get_task_result(third).stdout, "x\n")
        failed = self.tc.run(client.CommandTask("false"))
        behind = self.tc.run(client.CommandTask("true", depend=failed), block=True)
        self.assertIn("impossible", str(behind.failure))
        with self.assertRaisesRegex(Refused, "99999"):
            self.tc.run(client.CommandTask("true", depend="99999.0"))
        with self.assertRaisesRegex(TypeError, "TaskRejectError"):
            client.CommandTask("true", depend=lambda: True)

    def test_a_task_can_be_aborted_once_and_its_result_says_so(self):
        task = self.tc.run(self.hold("long"))
        farm.eventually(lambda: self.lines("long.starts") == 1, "it has begun")
        self.assertEqual(
            self.tc.queue_status(True), {"pending": [task], "scheduled": [], "succeeded": [], "failed": []}
        )
        self.tc.abort(task)
        self.tc.barrier(task)
        self.assertIs(type(self.tc.get_task_result(task).failure), client.TaskAborted)
        self.assertEqual(self.tc.queue_status(), {"pending": 0, "scheduled": 0, "succeeded": 0, "failed": 1})
        with self.assertRaises(UnknownTask):
            self.tc.abort(task)
        for wrong in ("999999.0", "x", "1.2.3", -1):
            with self.assertRaises(UnknownTask, msg=wrong):
                self.tc.abort(wrong)

    def test_results_of_any_job_can_be_asked_for_and_unknown_ones_say_so(self):
        with client.TaskClient() as other:
            task = other.run(client.CommandTask("echo 5 > $TASKS_RESULT_FILE"), block=True).taskid
        self.assertEqual(self.tc.get_task_result(task, block=True).value, 5)
        job = task.split(".")[0]
        with self.assertRaisesRegex(UnknownTask, "has 1 task"):
            self.tc.get_task_result(f"{job}.7", block=True)
        with self.assertRaisesRegex(client.Lost, "does not know job 999999"):
            self.tc.get_task_result("999999.0", block=True)

    def test_messages_of_many_fragments_go_both_ways(self):
        text = "x" * 3_000_000
        job = Job(self.tc._link, "large").submit(
            Header("large", surroundings=b""),
            [
                template(
                    {
                        "run": "head -c 3000000 /dev/zero | tr '\\0' x",
                        "stdin": {"text": text},
                        "output-limit": 4 << 20,
                    }
                )
            ],
            parts([Group(name="large")]),
        )
        self.assertTrue(job.wait([0], 60))
        self.assertEqual(job.outcome(0).text(3), text)

    def test_what_the_controller_refuses_is_told(self):
        with self.assertRaisesRegex(Refused, "there is no query 'nonsense'"):
            self.tc.query("nonsense")
        group = Group(targets=["0"], lane="namespace")
        with self.assertRaisesRegex(Refused, "multiengine-client"):
            Job(self.tc._link, "x").submit(Header("x"), [template({"run": "true"})], parts([group]))
        self.assertEqual(
            self.tc.run(client.CommandTask("true"), block=True).exit_code, 0, "and nothing else is hurt"
        )

    # The connection

    def test_a_wait_goes_on_when_the_controller_is_killed_and_started_anew(self):
        task = self.tc.run(self.hold("over"))
        farm.eventually(lambda: self.lines("over.starts") == 1, "it has begun")
        waiting = []
        thread = threading.Thread(target=lambda: waiting.append(self.tc.get_task_result(task, block=True)))
        thread.start()
        old = farm.kill_controller()
        farm.eventually(lambda: not self.tc.is_connected, "the client has noticed")
        # Asked and handed in while nobody is there: said when somebody is.
        more = client.CommandTask("echo 1 > $TASKS_RESULT_FILE")
        results = []
        other = threading.Thread(target=lambda: results.append(self.tc.run(more, block=True)))
        other.start()
        open("over.go", "w").close()
        thread.join(60)
        other.join(60)
        self.assertEqual([result.value for result in waiting + results], [42, 1])
        self.assertNotEqual(farm.controller(), old)
        self.assertEqual(self.lines("over.starts"), 1, "it has run once")

    def test_a_job_that_is_not_durable_is_lost_with_the_controller_and_the_wait_says_so(self):
        self.tc.durable = False
        task = self.tc.run(self.hold("brief"))
        farm.eventually(lambda: self.lines("brief.starts") == 1, "it has begun")
        farm.kill_controller()
        open("brief.go", "w").close()
        with self.assertRaisesRegex(client.Lost, "does not know job"):
            self.tc.get_task_result(task, block=True)

    def test_what_waits_when_the_client_is_closed_is_told(self):
        task = self.tc.run(self.hold("closed"))
        errors = []

        def wait():
            try:
                self.tc.get_task_result(task, block=True)
            except Closed as error:
                errors.append(error)

        thread = threading.Thread(target=wait)
        thread.start()
        self.tc.close()
        thread.join(30)
        self.assertEqual(len(errors), 1)
        with self.assertRaises(Closed):
            self.tc.run(client.CommandTask("true"))
        open("closed.go", "w").close()

    def test_nobody_to_talk_to_is_told_at_once_with_what_to_do(self):
        with self.assertRaisesRegex(CapabilityError, "tasks cluster start"):
            client.TaskClient(profile="nothing-here")
        with open(farm.capability("task-client")) as file:
            values = json.load(file)
        values["endpoints"] = [f"ipc://{self.directory.name}/nobody", "tcp://127.0.0.1:1"]
        with self.assertRaisesRegex(NoController, "no controller at ipc://.*, tcp://127.0.0.1:1"):
            client.TaskClient(self.saved(values))

    def saved(self, values):
        path = f"{self.directory.name}/capability.json"
        with open(path, "w") as file:
            json.dump(values, file)
        os.chmod(path, 0o600)
        return path


class Keys(unittest.TestCase):
    """Over tcp, with CURVE, the key decides: a controller of its own, in the profile `tcp`."""

    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(farm.stop, farm.start("controller", "--profile", "tcp", "--listen", "127.0.0.1"))
        cls.addClassCleanup(farm.stop, farm.start("engine", "start", "--profile", "tcp"))
        with client.TaskClient(profile="tcp", patience=30):
            pass  # over ipc; from now on it is there

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        with open(farm.capability("task-client", "tcp")) as file:
            self.values = json.load(file)

    def connect(self, patience=0):
        path = f"{self.directory.name}/capability.json"
        with open(path, "w") as file:
            json.dump(self.values, file)
        os.chmod(path, 0o600)
        # As on another host, where no socket of the farm is: the first address is passed over.
        with mock.patch("taskfarm.dialing.os.path.exists", lambda path: False):
            return client.TaskClient(path, patience=patience)

    def test_a_key_that_the_controller_has_issued_is_let_in(self):
        with self.connect() as tc:
            self.assertEqual(tc.run(client.CommandTask("echo hi"), block=True).stdout, "hi\n")

    def test_what_is_larger_than_a_frame_crosses_both_ways(self):
        data = os.urandom(1 << 20)
        with self.connect() as tc:
            task = client.StringTask("back = data", push=dict(data=data), pull="back")
            job = tc.run(task)
            farm.eventually(lambda: tc.get_task_result(job) is not None, "the result comes")
            self.assertEqual(tc.get_task_result(job).ns.back, data)

    def test_a_key_that_nobody_has_issued_is_refused(self):
        public, secret = zmq.curve_keypair()
        self.values.update(public_key=public.decode(), secret_key=secret.decode())
        with self.assertRaisesRegex(KeyRefused, "refused the key"):
            self.connect()

    def test_another_controllers_key_is_told_from_ours(self):
        public, _ = zmq.curve_keypair()
        self.values["controller_key"] = public.decode()
        with self.assertRaisesRegex(WrongController, "is not the controller"):
            self.connect(patience=20)

    def test_a_grant_that_was_changed_is_refused(self):
        self.values["role"] = "admin"
        with self.assertRaises((KeyRefused, Refused)) as caught:
            self.connect()
        self.assertNotIn(self.values["secret_key"], str(caught.exception))


if __name__ == "__main__":
    unittest.main()
