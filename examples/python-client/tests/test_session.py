"""What a client keeps over its sessions, against a controller that is only a script: no sockets."""

import json
import struct
import unittest

from taskfarm import messages, wire
from taskfarm.errors import Lost, Refused
from taskfarm.session import Session
from taskfarm.wire import Kind

WELCOME = wire.Writer().put("HQI", 1, 7, 3).string("lab").put("IQQI", 2000, 1000, 1 << 20, 0xFFFFFFFF)
WELCOME.string("task-client").string("ada")


class Follower:
    def __init__(self, key=None):
        self.key, self.cursor, self.job, self.news, self.error = key, 0, None, [], None

    def accepted(self, job, part):
        self.job = job

    def entries(self, entries):
        self.news += [entry.task for entry in entries]

    def failed(self, error):
        self.error = error


class Asker:
    answer = error = None

    def answered(self, code, body):
        self.answer = (code, body)

    def failed(self, error):
        self.error = error


def entry(task):
    return struct.pack("<IBBBBQIIIiqqqIIQ", 72, 0, 5, 0, 0, task, 1, 1, 0, 0, 1, 2, 0, 0, 0, task)


def completions(job, first, tasks):
    return struct.pack("<IIQ", job, len(tasks), first) + b"".join(map(entry, tasks))


class Controller:
    """Reads what the session sends, message by message, and answers as told."""

    def __init__(self, session):
        self.session = session
        self.join, self.cut = wire.Joiner(), wire.Cutter()

    def connect(self, epoch=None):
        self.join, self.cut = wire.Joiner(), wire.Cutter()
        self.session.connected()
        self.welcome(epoch)

    def welcome(self, epoch=None):
        body = bytearray(WELCOME.data)
        if epoch is not None:
            struct.pack_into("<I", body, 10, epoch)
        assert [kind for kind, _ in self.read()] == [Kind.HELLO]
        self.say(Kind.WELCOME, bytes(body))

    def say(self, kind, body=b""):
        for frame in self.cut.frames(kind, body):
            self.session.receive(frame)

    def read(self):
        """All messages that the session has to send."""
        frames = [self.session.out.popleft() for _ in range(len(self.session.out))]
        return [message for message in map(self.join.take, frames) if message is not None]

    def accept(self, follower, part, job=5):
        self.say(Kind.ACCEPTED, struct.pack("<QQIII", *follower.key, part, job, 9))


class SessionTests(unittest.TestCase):
    def setUp(self):
        self.session = Session()
        self.controller = Controller(self.session)

    def parts(self):
        return [body[:2] for kind, body in self.controller.read() if kind == Kind.SUBMIT]

    def test_nothing_but_the_hello_is_sent_before_the_welcome(self):
        follower = Follower(messages.new_key())
        self.session.connected()
        self.session.submit(follower, 0, b"p0")
        self.session.query(Asker(), {"query": "status"})
        self.controller.welcome()
        self.assertEqual([kind for kind, _ in self.controller.read()], [Kind.QUERY, Kind.SUBMIT])

    def test_parts_that_are_not_accepted_are_sent_again_in_order(self):
        follower = Follower(messages.new_key())
        self.controller.connect()
        for number in range(4):
            self.session.submit(follower, number, b"p%d" % number)
        self.assertEqual(self.parts(), [b"p0", b"p1", b"p2", b"p3"])
        self.controller.accept(follower, 1)
        self.controller.connect()
        self.assertEqual(self.parts(), [b"p2", b"p3"])
        self.controller.accept(follower, 3)
        self.controller.connect()
        self.assertEqual(self.parts(), [])

    def test_no_more_than_a_window_is_under_way_and_a_larger_part_goes_alone(self):
        follower = Follower(messages.new_key())
        self.controller.connect()
        for number, size in enumerate((400, 400, 400, 5000, 10)):
            self.session.submit(follower, number, b"%02d" % number + bytes(size))
        self.assertEqual(self.parts(), [b"00", b"01"])
        for accepted, sent in ((0, [b"02"]), (1, []), (2, [b"03"]), (3, [b"04"]), (4, [])):
            self.controller.accept(follower, accepted)
            self.assertEqual(self.parts(), sent, f"after part {accepted} was accepted")

    def test_requests_are_asked_again_with_their_numbers_until_they_are_answered(self):
        first, second = Asker(), Asker()
        self.controller.connect()
        self.session.query(first, {"query": "status"})
        self.session.cancel(second, [(5 << 32, 1)])
        asked = self.controller.read()
        self.assertEqual([kind for kind, _ in asked], [Kind.QUERY, Kind.CANCEL])
        self.controller.say(Kind.REPLY, struct.pack("<QHI", 1, 0, 2) + b"{}")
        self.assertEqual(first.answer, (0, b"{}"))
        self.controller.connect()
        self.assertEqual(self.controller.read(), asked[1:])
        self.controller.say(Kind.REPLY, struct.pack("<QHI", 1, 0, 2) + b"[]")
        self.assertEqual(first.answer, (0, b"{}"), "an answer counts once")

    def test_a_job_is_read_on_from_its_cursor_and_each_entry_counts_once(self):
        follower = Follower(messages.new_key())
        self.controller.connect()
        self.session.submit(follower, 0, b"p0")
        self.controller.accept(follower, 0)
        self.controller.say(Kind.COMPLETIONS, completions(5, 0, [10, 11]))
        self.controller.connect()
        self.assertIn((Kind.SUBSCRIBE, struct.pack("<IQ", 5, 2)), self.controller.read())
        self.controller.say(Kind.COMPLETIONS, completions(5, 1, [11, 12]))
        self.controller.say(Kind.COMPLETIONS, completions(5, 0, [10]))
        self.assertEqual(follower.news, [10, 11, 12])

    def test_a_hole_in_a_job_is_asked_for_once_and_passed_over_if_it_is_not_there_any_more(self):
        follower = Follower()
        self.controller.connect()
        self.session.follow(5, follower)
        self.controller.read()
        self.controller.say(Kind.COMPLETIONS, completions(5, 3, [13]))
        self.controller.say(Kind.COMPLETIONS, completions(5, 4, [14]))
        again = [body for kind, body in self.controller.read() if kind == Kind.SUBSCRIBE]
        self.assertEqual((again, follower.news), ([struct.pack("<IQ", 5, 0)], []))
        self.controller.say(Kind.COMPLETIONS, completions(5, 2, [12, 13, 14]))
        self.assertEqual((follower.news, follower.cursor), ([12, 13, 14], 5))

    def test_credit_is_told_each_quarter_of_the_window_and_begins_anew(self):
        follower = Follower()
        self.controller.connect()
        self.session.follow(5, follower)
        for first in range(6):
            self.controller.say(Kind.COMPLETIONS, completions(5, first, [first]))
        told = [
            struct.unpack("<Q", body)[0] for kind, body in self.controller.read() if kind == Kind.CONSUMED
        ]
        self.assertEqual(told, [264, 528])
        self.controller.connect()
        for first in range(6, 9):
            self.controller.say(Kind.COMPLETIONS, completions(5, first, [first]))
        told = [
            struct.unpack("<Q", body)[0] for kind, body in self.controller.read() if kind == Kind.CONSUMED
        ]
        self.assertEqual(told, [264])

    def test_a_missing_frame_and_hello_first_make_the_client_say_hello_anew(self):
        self.controller.connect()
        self.controller.cut.sequence += 1
        self.controller.say(Kind.PING, bytes(8))
        self.assertIsNone(self.session.welcome)
        self.controller.join, self.controller.cut = wire.Joiner(), wire.Cutter()
        self.controller.welcome()
        self.session.receive(wire.HEADER.pack(0x54, 1, Kind.HELLO_FIRST, 0, 0, 0))
        self.assertIsNone(self.session.welcome)

    def test_after_a_restart_a_job_is_read_on_only_if_it_is_the_same(self):
        key = messages.new_key()
        for known, code in ((True, 0), (False, 0), (False, 6)):
            session = Session()
            controller = Controller(session)
            follower = Follower(key)
            controller.connect(epoch=3)
            session.submit(follower, 0, b"p0")
            controller.accept(follower, 0)
            controller.connect(epoch=4)
            ((kind, body),) = controller.read()
            self.assertEqual((kind, json.loads(body[12:])), (Kind.QUERY, {"query": "job", "job": 5}))
            name = "%016x%016x" % key if known else "0" * 32
            answer = json.dumps({"key": name}).encode()
            controller.say(Kind.REPLY, body[:8] + struct.pack("<HI", code, len(answer)) + answer)
            subscribed = [kind for kind, _ in controller.read()] == [Kind.SUBSCRIBE]
            self.assertEqual(subscribed, known)
            self.assertIs(type(follower.error), type(None) if known else Lost)

    def test_a_refusal_a_fault_and_the_end_are_told(self):
        one, two, asker = Follower(messages.new_key()), Follower(messages.new_key()), Asker()
        self.controller.connect()
        self.session.submit(one, 0, b"p0")
        self.session.submit(two, 0, b"p0")
        self.session.query(asker, {"query": "status"})
        self.controller.say(Kind.REFUSED, struct.pack("<QQIHI", *one.key, 0, 10, 3) + b"bad")
        self.assertEqual((type(one.error), one.error.code, str(one.error)), (Refused, 10, "bad"))
        body = struct.pack("<HI", 13, 4) + b"gone"
        self.session.receive(wire.HEADER.pack(0x54, 1, Kind.FAULT, 0, 0, 999) + body)
        self.assertEqual((self.session.fault.code, str(self.session.fault)), (13, "gone"))
        self.session.fail(Lost("over"))
        self.assertEqual((str(two.error), str(asker.error)), ("over", "over"))

    def test_a_ping_is_answered_with_its_nonce(self):
        self.controller.connect()
        self.controller.say(Kind.PING, b"12345678")
        self.assertEqual(self.controller.read(), [(Kind.PONG, b"12345678")])


if __name__ == "__main__":
    unittest.main()
