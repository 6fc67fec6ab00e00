"""The bytes: against the worked example of docs/protocol.md, and against damaged ones."""

import os
import random
import struct
import unittest
from pathlib import Path

from taskfarm import messages, wire
from taskfarm.errors import WireError
from taskfarm.messages import Group, Header, Retry
from taskfarm.session import Session
from taskfarm.values import decode, encode

PAGE = Path(os.environ.get("PROTOCOL_PAGE", Path(__file__).parents[3] / "docs/protocol.md"))


def worked_example():
    """The frames of the page's example, by the words before their colon."""
    block = PAGE.read_text().split("## A worked example", 1)[1].split("```hex\n", 1)[1].split("```", 1)[0]
    found = {}
    for paragraph in block.strip().split("\n\n"):
        title, *lines = paragraph.split("\n")
        found[title.lstrip("# ")] = bytes.fromhex("".join(lines))
    return found


class WorkedExample(unittest.TestCase):
    def setUp(self):
        self.frames = worked_example()

    def frame(self, words):
        return next(data for title, data in self.frames.items() if words in title)

    def test_the_client_writes_just_these_frames(self):
        cut = wire.Cutter()

        def out(kind, body):
            (frame,) = cut.frames(kind, body)
            return frame

        key = (0x1122334455667788, 0x99AABBCCDDEEFF00)
        self.assertEqual(out(wire.Kind.HELLO, messages.hello(key, b"")), self.frame("hello"))
        example = self.frame("submit, one sealed part")
        high, low = struct.unpack_from("<QQ", example, 16)
        group = Group(count=3, name="solve", retry=Retry())
        header = Header("heat", surroundings=b'{"v":1,"dir":"/tmp","env":{}}', labels=[("project", "x")])
        template = b'{"v":1,"run":"echo 42 > $TASKS_RESULT_FILE"}'
        body = messages.submit((high, low), 0, True, header, [template], [group], follows=False)
        self.assertEqual(out(wire.Kind.SUBMIT, body).hex(" "), example.hex(" "))
        subscribe = wire.Writer().put("IQ", 12, 0).data
        self.assertEqual(out(wire.Kind.SUBSCRIBE, subscribe), self.frame("subscribe"))
        consumed = wire.Writer().put("Q", 96).data
        self.assertEqual(out(wire.Kind.CONSUMED, consumed), self.frame("consumed"))
        self.assertEqual(out(wire.Kind.BYE, wire.Writer().put("B", 0).string("").data), self.frame("bye"))

    def test_the_client_reads_these_frames(self):
        join = wire.Joiner()
        kind, body = join.take(self.frame("welcome"))
        welcome = messages.welcome(body)
        self.assertEqual((kind, welcome.version, welcome.epoch, welcome.farm), (33, 1, 3, "lab"))
        self.assertEqual((welcome.heartbeat, welcome.window, welcome.largest), (2.0, 4 << 20, 256 << 20))
        self.assertEqual((welcome.role, welcome.subject), ("task-client", "ada"))
        kind, body = join.take(self.frame("accepted"))
        self.assertEqual((kind, struct.unpack("<QQIII", body)[2:]), (35, (0, 12, 3)))
        kind, body = join.take(self.frame("completions"))
        job, cursor, entries, count = messages.completions(body)
        (entry,) = entries
        self.assertEqual((kind, job, cursor, count, entry.kind), (38, 12, 0, 1, messages.TERMINAL))
        self.assertEqual(
            (entry.state, entry.cause, entry.task, entry.engine), ("succeeded", "", 12 << 32 | 1, 0)
        )
        self.assertEqual(decode(entry.sections()[1]), 42)


class Frames(unittest.TestCase):
    def test_a_large_message_is_cut_and_put_together(self):
        body = random.Random(1).randbytes(3 * wire.FRAGMENT_BYTES + 7)
        frames = list(wire.Cutter().frames(wire.Kind.SUBMIT, body))
        self.assertEqual([frame[3] for frame in frames], [1, 1, 1, 0])
        self.assertEqual([struct.unpack_from("<Q", frame, 8)[0] for frame in frames], [1, 2, 3, 4])
        join = wire.Joiner()
        self.assertEqual([join.take(frame) for frame in frames], [None, None, None, (wire.Kind.SUBMIT, body)])

    def test_what_fits_one_frame_is_one_frame(self):
        for size in (0, 1, wire.FRAGMENT_BYTES):
            (frame,) = wire.Cutter().frames(wire.Kind.SUBMIT, bytes(size))
            self.assertEqual((len(frame), frame[3]), (16 + size, 0))

    def test_a_message_larger_than_the_limit_is_refused(self):
        join = wire.Joiner(limit=300_000)
        first, second, *_ = wire.Cutter().frames(wire.Kind.COMPLETIONS, bytes(600_000))
        join.take(first)
        with self.assertRaisesRegex(WireError, "over 300000 bytes"):
            join.take(second)

    def test_bits_that_must_be_zero_a_gap_and_broken_fragments_are_refused(self):
        good = bytearray(next(wire.Cutter().frames(wire.Kind.PING, bytes(8))))
        for place, value in ((0, 0x55), (1, 2), (3, 2), (4, 1), (7, 1), (8, 2)):
            bad = bytearray(good)
            bad[place] = value
            with self.assertRaises(WireError):
                wire.Joiner().take(bad)
        one, _ = wire.Cutter().frames(wire.Kind.COMPLETIONS, bytes(300_000))
        join = wire.Joiner()
        join.take(one)
        cut = wire.Cutter()
        cut.sequence = 1
        with self.assertRaisesRegex(WireError, "broken fragment"):
            join.take(next(cut.frames(wire.Kind.PING, bytes(8))))


class Fuzz(unittest.TestCase):
    """Whatever bytes come, a reader raises WireError or reads them; it never raises anything else."""

    def test_damaged_frames(self):
        frames = list(worked_example().values())
        seed = int(os.environ.get("FUZZ_SEED", random.randrange(1 << 30)))
        dice = random.Random(seed)
        read = 0
        for round in range(20_000):
            frame = bytearray(dice.choice(frames))
            for _ in range(dice.randrange(1, 4)):
                what = dice.randrange(3)
                if what == 0 and frame:
                    frame[dice.randrange(len(frame))] = dice.choice(
                        (0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256))
                    )
                elif what == 1 and dice.random() < 0.5:
                    del frame[dice.randrange(len(frame) + 1) :]
                else:
                    place = dice.randrange(len(frame) + 1)
                    frame[place:place] = dice.randbytes(dice.randrange(1, 9))
            session = Session()
            session.connected()
            session.welcome = messages.Welcome(1, 1, 1, "lab", 2.0, 1 << 20, 1 << 20, "task-client", "ada")
            if len(frame) >= 16 and dice.random() < 0.8:
                frame[8:16] = struct.pack("<Q", 1)
            try:
                session.receive(bytes(frame))
                kind, _, _, body = wire.split(frame)
                if kind == wire.Kind.COMPLETIONS:
                    for entry in messages.completions(body)[2]:
                        decode(entry.sections().get(1, b""))
                read += 1
            except WireError:
                pass
            except Exception as error:
                self.fail(f"FUZZ_SEED={seed} round {round}: {error!r} of {frame.hex()}")
        self.assertGreater(read, 1000, "most rounds must not end at the header")

    def test_damaged_values(self):
        seed = int(os.environ.get("FUZZ_SEED", random.randrange(1 << 30)))
        dice = random.Random(seed)
        good = [
            encode(v) for v in (None, 1, 2.5, "gr\u00fcn", True, b"x", [1, {"a": None}], memoryview(b"abcd"))
        ]
        good.append(bytes([9, ord("f"), 4, 2]) + struct.pack("<QQ", 2, 3) + bytes(24))
        for round in range(20_000):
            data = bytearray(dice.choice(good))
            data[dice.randrange(len(data))] = dice.randrange(256)
            if dice.random() < 0.5:
                del data[dice.randrange(len(data)) :]
            if data and data[0] in (10, 11):  # pickles and functions run code: no input for a fuzzer
                continue
            try:
                decode(data)
            except WireError:
                pass
            except Exception as error:
                self.fail(f"FUZZ_SEED={seed} round {round}: {error!r} of {data.hex()}")


if __name__ == "__main__":
    unittest.main()
