"""Messages of a client: submissions going out, welcomes, answers and completions coming in
(docs/protocol.md)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from .errors import FarmError, WireError
from .wire import Buffer, Reader, Writer

STATES = (
    "waiting",
    "ready",
    "assigned",
    "running",
    "cancelling",
    "succeeded",
    "failed",
    "cancelled",
    "impossible",
    "expired",
)
CAUSES = {
    0: "",
    1: "failure",
    2: "timeout",
    3: "engine-lost",
    4: "cancelled",
    5: "dependency",
    6: "not-started",
    7: "bad-result",
    8: "no-engine",
    9: "deadline",
    10: "start-within",
    11: "out-of-memory",
    12: "brake",
    13: "not-here",
    15: "queue-cleared",
    16: "unchanged",
    17: "walltime",
}
TERMINAL, ATTEMPT, RANGE, SEALED = 0, 1, 2, 3
GRACE = 5_000_000_000
TEMPLATE_BYTES = 240 << 20
"""A template has fewer."""
WHOLE_JOB = 0xFFFFFFFF

Key = Tuple[int, int]


def new_key() -> Key:
    """128 random bits: the name of a client or a submission."""
    data = os.urandom(16)
    return int.from_bytes(data[:8], "big"), int.from_bytes(data[8:], "big")


def hello(key: Key, grant: bytes) -> bytearray:
    return Writer().put("HHQBQQ", 1, 1, 0, 0, *key).block(grant).data


@dataclass
class Welcome:
    """What the controller says of itself and of us."""

    version: int
    session: int
    epoch: int
    farm: str
    heartbeat: float
    """Seconds."""
    window: int
    largest: int
    role: str
    subject: str


def welcome(body: Buffer) -> Welcome:
    reader = Reader(body)
    version, session, epoch = reader.get("HQI", "welcome")
    farm = reader.string("farm")
    heartbeat, window, largest, _ = reader.get("IQQI", "limits")
    result = Welcome(
        version,
        session,
        epoch,
        farm,
        max(50, heartbeat) / 1000,
        window,
        largest,
        reader.string("role"),
        reader.string("subject"),
    )
    reader.end("welcome")
    return result


@dataclass
class Retry:
    """How often a task is tried again: after a failure, a timeout, the loss of its engine."""

    failure: int = 0
    timeout: int = 0
    engine_lost: int = 5


@dataclass
class Group:
    """Tasks of one template and one policy.

    `payloads` is a payload a task, or None for an array of `count` tasks without. `recoveries` are (template,
    retry). `after` are tasks' numbers that must have succeeded.
    """

    template: int = 0
    count: int = 1
    name: str = ""
    payloads: Optional[Sequence[bytes]] = None
    retry: Retry = field(default_factory=Retry)
    targets: Sequence[str] = ()
    after: Sequence[int] = ()
    recoveries: Sequence[Tuple[int, Retry]] = ()
    lane: str = ""
    continuation: bool = False

    def write(self, out: Writer) -> None:
        payloads = self.payloads
        out.put("II", self.template, self.count if payloads is None else len(payloads)).string(self.name)
        out.put("iIIIIqq", 0, self.retry.failure, self.retry.timeout, self.retry.engine_lost, 1, 0, GRACE)
        out.list(list(self.targets), out.string)
        if self.after:  # one dependency: all of these tasks have succeeded
            out.put("IBIBI", 1, 0, 0, 0, len(self.after))
            for task in self.after:
                out.put("BQ", 1, task)
        else:
            out.put("I", 0)
        sections = self._sections()
        out.put("B", (1 if self.continuation else 0) | (2 if sections else 0))
        ends, total = [], 0
        for payload in payloads or ():
            total += len(payload)
            ends.append(total)
        out.list(ends, lambda end: out.put("I", end)).put("I", total)
        for payload in payloads or ():
            out.raw(payload)
        out.put("II", 0, 0)  # no points, from 0
        if sections:
            out.put("I", len(sections))
            for tag, data in sections:
                out.put("B", tag).block(data)

    def _sections(self) -> List[Tuple[int, Buffer]]:
        sections: List[Tuple[int, Buffer]] = []
        if self.recoveries:
            body = Writer().put("I", len(self.recoveries))
            for template, retry in self.recoveries:
                body.put("IIII", template, retry.failure, retry.timeout, retry.engine_lost)
                body.put("IIIqdqd", 0, 0, 0, 0, 1.0, 0, 0.0)  # the usual rest of a retry policy
                body.put("qq", 0, GRACE)
            sections.append((5, body.data))
        if self.lane:
            sections.append((12, Writer().string(self.lane).data))
        return sections


@dataclass
class Header:
    """What a job is, in its first part."""

    name: str = ""
    streaming: bool = False
    durable: bool = True
    surroundings: bytes = b""
    labels: Sequence[Tuple[str, str]] = ()


def submit(
    key: Key,
    part: int,
    last: bool,
    header: Optional[Header],
    templates: Sequence[Buffer],
    groups: Sequence[Group],
    follows: bool = True,
) -> bytearray:
    """A part of a submission. The first has a header, and asks for the job's completions at once."""
    first = header is not None
    out = Writer().put("QQIBBB", *key, part, last, first and follows, first)
    if header is not None:
        out.string(header.name)
        out.list(list(header.labels), lambda label: out.string(label[0]).string(label[1]))
        out.put("B", 1 if header.streaming else 0).block(header.surroundings)
        out.put("BI", 1 if header.durable else 0, 0)
    out.list(list(templates), out.block)
    out.list(list(groups), lambda group: group.write(out))
    return out.data


def template(body: Dict[str, Any], shared: Buffer = b"") -> bytes:
    """A template body: the JSON object, and behind it the payload that all of its tasks share. Raises
    FarmError of one that is too large."""
    text = json.dumps({"v": 1, **body}, ensure_ascii=False).encode("utf-8")
    if len(text) + len(shared) >= TEMPLATE_BYTES:
        raise FarmError(
            f"{len(shared) / (1 << 20):.0f} MiB for all engines are over the {TEMPLATE_BYTES >> 20} MiB that "
            "one call may have; write them to a file and pass its path, or send them in pieces"
        )
    return b"\0".join([text, shared]) if len(shared) else text


@dataclass
class Entry:
    """An entry of a job's outcome log: how a task, or one attempt at it, ended."""

    kind: int
    state: str
    cause: str
    task: int
    count: int
    attempt: int
    engine: Optional[int]
    exit_code: int
    started: float
    ended: float
    root: int
    payload: memoryview

    def sections(self) -> Dict[int, memoryview]:
        """The attempt's payload: tag → bytes (docs/protocol.md, "attempt payload")."""
        reader, result = Reader(self.payload), {}
        while reader.left:
            tag = reader.number("B", "section")
            if tag in result:
                raise WireError(f"attempt payload: section {tag} comes twice")
            result[tag] = reader.block("section")
        return result


def completions(body: Buffer) -> Tuple[int, int, Iterator[Entry], int]:
    """A body of completions: job, cursor of the first entry, the entries as they are read, their number."""
    reader = Reader(body)
    job, count, cursor = reader.get("IIQ", "completions")

    def entries() -> Iterator[Entry]:
        for _ in range(count):
            length = reader.number("I", "entry")
            one = Reader(reader.take(length - 4, "entry"))
            kind, state, cause, _, task, tasks, attempt, engine, code = one.get("BBBBQIIIi", "entry")
            started, ended, _, _, _, root = one.get("qqqIIQ", "entry")
            if state >= len(STATES):
                raise WireError(f"entry: {state} is no state")
            yield Entry(
                kind,
                STATES[state],
                CAUSES.get(cause, f"cause {cause}"),
                task,
                tasks,
                attempt,
                None if engine == 0xFFFFFFFF else engine,
                code,
                started / 1e9,
                ended / 1e9,
                root,
                one.take(one.left, "payload"),
            )
        reader.end("completions")

    return job, cursor, entries(), count
