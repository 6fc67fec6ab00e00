"""What a client keeps over all of its sessions, and the session that it has: bytes in, bytes and events out.

No socket, no clock, no thread: `Link` has those. Everything that has no answer is kept and said again in the
next session; each thing has a name under which it happens once (docs/protocol.md, "Sessions").
"""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass
from typing import Deque, Dict, List, Optional, Protocol

from . import messages
from .errors import FarmError, Lost, Refused, WireError
from .messages import Entry, Key, Welcome
from .wire import MESSAGE_BYTES, Buffer, Code, Cutter, Gap, Joiner, Kind, Reader, Writer

PART_BYTES = 64
"""What a part takes of the window beside its body."""


class Follower(Protocol):
    """Who is told of a job."""

    key: Optional[Key]
    cursor: int

    def accepted(self, job: int, part: int) -> None: ...
    def entries(self, entries: List[Entry]) -> None: ...
    def failed(self, error: FarmError) -> None: ...


class Asker(Protocol):
    """Who is told the answer of a query or cancel."""

    def answered(self, code: int, body: bytes) -> None: ...
    def failed(self, error: FarmError) -> None: ...


@dataclass
class _Part:
    key: Key
    number: int
    body: Buffer
    sent: bool = False


class Session:
    """Give it what arrives (`receive`) and send what stands in `out`, in order. `welcome` is None between
    hellos."""

    def __init__(self) -> None:
        self.key = messages.new_key()
        self.grant = b""
        self.out: Deque[bytes] = deque()
        self.welcome: Optional[Welcome] = None
        self.epoch: Optional[int] = None
        self.heard = False
        self.fault: Optional[Refused] = None
        self._cutter, self._joiner = Cutter(), Joiner()
        self._parts: Deque[_Part] = deque()
        self._submitters: Dict[Key, Follower] = {}
        self._jobs: Dict[int, Follower] = {}
        self._requests: Dict[int, tuple] = {}
        self._last_request = 0
        self._stale: Dict[int, int] = {}
        """Jobs that were asked for again: where what comes of the older question ends."""
        self._consumed = self._told = 0

    # Connections

    def connected(self) -> None:
        """A new connection: nothing of the one before counts; hello is said."""
        self.disconnected()
        self.fault = None
        self._cutter, self._joiner = Cutter(), Joiner()
        self._consumed = self._told = 0
        self._stale = {}
        self._send(Kind.HELLO, messages.hello(self.key, self.grant))

    def disconnected(self) -> None:
        self.welcome = None
        self.out.clear()
        for part in self._parts:
            part.sent = False

    def ping(self, nonce: int) -> None:
        self._send(Kind.PING, Writer().put("Q", nonce).data)

    def bye(self) -> None:
        if self.welcome is not None:
            self._send(Kind.BYE, Writer().put("B", 0).string("").data)

    # What the program wants

    def submit(self, follower: Follower, number: int, body: Buffer) -> None:
        """A part, by the follower's key; the first asks for the job's completions."""
        assert follower.key is not None
        if number == 0:
            self._submitters[follower.key] = follower
        elif follower.key not in self._submitters:
            return  # refused meanwhile
        self._parts.append(_Part(follower.key, number, body))
        self._send_parts()

    def follow(self, job: int, follower: Follower) -> None:
        """Tells the follower of a job that is there already, from its cursor on."""
        self._jobs[job] = follower
        self._subscribe(job)

    def unfollow(self, job: int) -> None:
        if self._jobs.pop(job, None) is not None and self.welcome is not None:
            self._send(Kind.UNSUBSCRIBE, Writer().put("I", job).data)

    def query(self, asker: Asker, question: dict) -> None:
        self._request(asker, Kind.QUERY, Writer().block(json.dumps(question).encode("utf-8")).data)

    def cancel(self, asker: Asker, ranges: List[tuple]) -> None:
        """`ranges` of (number of the first task, count)."""
        out = Writer()
        out.list(ranges, lambda item: out.put("QI", *item))
        self._request(asker, Kind.CANCEL, out.data)

    def fail(self, error: FarmError) -> None:
        """There will be no session any more: all that wait are told."""
        self.disconnected()
        waiting = [*self._submitters.values(), *self._jobs.values()]
        waiting += [asker for asker, _, _ in self._requests.values()]
        self._parts.clear()
        self._submitters, self._jobs, self._requests = {}, {}, {}
        for one in waiting:
            one.failed(error)

    # What the controller says

    def receive(self, frame: Buffer) -> None:
        """One frame. Raises WireError for what cannot be read: the connection is of no use then."""
        self.heard = True
        try:
            message = self._joiner.take(frame)
        except Gap:
            return self.connected() if self.welcome is not None else None
        if message is None:
            return
        kind, body = message
        if kind == Kind.HELLO_FIRST:
            if self.welcome is not None:
                self.connected()
        elif kind == Kind.FAULT:
            reader = Reader(body)
            self.fault = Refused(reader.number("H", "fault"), reader.string("fault"))
        elif kind == Kind.PING:
            self._send(Kind.PONG, body)
        elif kind == Kind.PONG:
            pass
        elif kind == Kind.WELCOME:
            self._welcomed(messages.welcome(body))
        elif self.welcome is not None:
            self._message(kind, body)

    def _message(self, kind: int, body: bytes) -> None:
        reader = Reader(body)
        if kind == Kind.ACCEPTED:
            high, low, part, job, _ = reader.get("QQIII", "accepted")
            self._accepted((high, low), part, job)
        elif kind == Kind.REFUSED:
            high, low, _, code = reader.get("QQIH", "refused")
            self._drop_parts((high, low), 0xFFFFFFFF)
            follower = self._submitters.pop((high, low), None)
            if follower is not None:
                follower.failed(Refused(code, reader.string("refused")))
        elif kind == Kind.COMPLETIONS:
            self._completions(body)
        elif kind == Kind.REPLY:
            request, code = reader.get("QH", "reply")
            asker, _, _ = self._requests.pop(request, (None, 0, b""))
            if asker is not None:
                asker.answered(code, bytes(reader.block("reply")))
        elif kind == Kind.GONE:
            self._lost(reader.number("I", "gone"))
        else:
            raise WireError(f"a message of kind {kind} came, which no client gets")

    def _welcomed(self, welcome: Welcome) -> None:
        is_new = self.epoch not in (None, welcome.epoch)
        self.welcome, self.epoch = welcome, welcome.epoch
        self._joiner.limit = max(welcome.largest, MESSAGE_BYTES)
        for number, (_, kind, body) in list(self._requests.items()):
            self._send(kind, Writer().put("Q", number).raw(body).data)
        for job, follower in list(self._jobs.items()):
            if is_new and follower.key is not None:
                # Without its old ledger a new controller gives the number to another job: ask first.
                self.query(_KeyCheck(self, job, follower), {"query": "job", "job": job})
            else:
                self._subscribe(job)
        self._send_parts()

    def _accepted(self, key: Key, part: int, job: int) -> None:
        self._drop_parts(key, part)
        follower = self._submitters.get(key)
        if follower is None:
            return
        self._jobs[job] = follower
        follower.accepted(job, part)
        self._send_parts()

    def _completions(self, body: bytes) -> None:
        job, first, entries, _ = messages.completions(body)
        follower = self._jobs.get(job)
        listed = list(entries)
        if follower is not None and first > follower.cursor and self._stale.get(job, first) == first:
            if job not in self._stale:
                self._subscribe(job)
            self._stale[job] = first + len(listed)
        elif follower is not None:
            # Asked again and still beyond the cursor: the controller has nothing before.
            self._stale.pop(job, None)
            news = listed[max(0, follower.cursor - first) :]
            follower.cursor = max(follower.cursor, first + len(listed))
            if news:
                follower.entries(news)
        self._consumed += len(body)
        assert self.welcome is not None
        if self._consumed - self._told >= self.welcome.window // 4:
            self._told = self._consumed
            self._send(Kind.CONSUMED, Writer().put("Q", self._consumed).data)

    def _lost(self, job: int) -> None:
        follower = self._jobs.pop(job, None)
        if follower is not None:
            follower.failed(Lost(f"the controller does not know job {job} any more: submit it again"))

    # Sending

    def finished(self, key: Key) -> None:
        """The submission is whole: its name is not needed any more."""
        self._submitters.pop(key, None)

    def _send(self, kind: int, body: Buffer = b"") -> None:
        self.out.extend(self._cutter.frames(kind, body))

    def _request(self, asker: Asker, kind: Kind, body: Buffer) -> None:
        self._last_request += 1
        self._requests[self._last_request] = (asker, kind, body)
        if self.welcome is not None:
            self._send(kind, Writer().put("Q", self._last_request).raw(body).data)

    def _subscribe(self, job: int) -> None:
        if self.welcome is not None and job in self._jobs:
            self._send(Kind.SUBSCRIBE, Writer().put("IQ", job, self._jobs[job].cursor).data)

    def _send_parts(self) -> None:
        """Sends what the window lets through; a part larger than the window goes alone."""
        if self.welcome is None:
            return
        sent = sum(len(part.body) + PART_BYTES for part in self._parts if part.sent)
        for part in self._parts:
            if part.sent:
                continue
            if sent and sent + len(part.body) + PART_BYTES > self.welcome.window:
                return
            part.sent = True
            sent += len(part.body) + PART_BYTES
            self._send(Kind.SUBMIT, part.body)

    def _drop_parts(self, key: Key, through: int) -> None:
        self._parts = deque(p for p in self._parts if p.key != key or p.number > through)


class _KeyCheck:
    """After a controller's restart: is the job of this number still the same?"""

    def __init__(self, session: Session, job: int, follower: Follower) -> None:
        self.session, self.job, self.follower = session, job, follower

    def answered(self, code: int, body: bytes) -> None:
        assert self.follower.key is not None
        high, low = self.follower.key
        if code == Code.OK and json.loads(body).get("key") == f"{high:016x}{low:016x}":
            self.session._subscribe(self.job)
        else:
            self.session._lost(self.job)

    def failed(self, error: FarmError) -> None:
        pass  # the follower is told by itself
