"""A job as its submitter sees it: handed in part by part, its outcomes as they come."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Union

from . import messages, values
from .errors import Closed, EngineLost, FarmError, QueueCleared, TaskAborted, UnknownTask, remote_error
from .link import Link
from .messages import Entry, Group, Header
from .session import Session
from .wire import Buffer

PART_BYTES, PART_TASKS = 192 << 10, 8192
"""After which a part is closed."""
STREAM_SECONDS = 0.05
"""How long a streamed part waits for more."""

VALUE, ERROR, STDOUT, STDERR, ERROR_NAME, TRACEBACK = 1, 2, 3, 4, 7, 9


class Outcome:
    """How a task ended."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.state, self.cause = entry.state, entry.cause
        self.engineid = entry.engine
        self.exit_code = entry.exit_code
        self.started, self.ended = entry.started, entry.ended
        self._sections = entry.sections()

    @property
    def ok(self) -> bool:
        return self.state == "succeeded"

    @property
    def duration(self) -> float:
        """Seconds of the attempt that ended it."""
        return max(0.0, self.ended - self.started) if self.started else 0.0

    @property
    def payload(self) -> memoryview:
        """The value as it came."""
        return self._sections.get(VALUE, memoryview(b""))

    def value(self) -> object:
        return values.decode(self.payload)

    def text(self, section: int) -> str:
        return bytes(self._sections.get(section, b"")).decode("utf-8", "replace")

    @property
    def failure(self) -> Optional[Exception]:
        """What to raise here; None of a task that succeeded."""
        if self.ok:
            return None
        error, name = self.text(ERROR), self.text(ERROR_NAME)
        where = f" on engine {self.engineid}" if self.engineid is not None else ""
        if self.cause == "queue-cleared":
            return QueueCleared(
                f"cleared from its queue: task {task_name(self.entry.root)} before it did not end well"
            )
        if self.state == "cancelled":
            return TaskAborted(f"the task was cancelled{where}")
        if self.cause == "engine-lost":
            return EngineLost(
                error or f"the engine was lost{where}; what may have begun there is not run again"
            )
        if name:
            return remote_error(name, error, self.text(TRACEBACK))
        detail = error or (f"exit code {self.exit_code}" if self.exit_code else "")
        return remote_error(self.cause or self.state, f"{self.state}{where}: {detail or self.cause}")


class Job:
    """Follows one job. `wait` and the rest may be called from any thread."""

    def __init__(self, link: Link, name: str = "", number: Optional[int] = None) -> None:
        self.link, self.name, self.number = link, name, number
        self.key: Optional[messages.Key] = messages.new_key() if number is None else None
        self.cursor = 0
        self.total: Optional[int] = None
        self.error: Optional[FarmError] = None
        self.is_forgotten = False
        self._entries: Dict[int, Entry] = {}
        self._held: Dict[int, int] = {}
        """Bytes of the parts that are not accepted."""
        if number is not None:
            link.perform(lambda session: session.follow(number, self))

    # As a follower, on the I/O thread

    def accepted(self, job: int, part: int) -> None:
        self.number = job
        self._held = {number: size for number, size in self._held.items() if number > part}

    def entries(self, entries: List[Entry]) -> None:
        for entry in entries:
            index = entry.task & 0xFFFFFFFF
            if entry.kind == messages.SEALED:
                self.total = entry.count
            elif entry.kind == messages.TERMINAL:
                self._entries[index] = entry
            elif entry.kind == messages.RANGE:
                for place in range(index, index + entry.count):
                    self._entries[place] = replace(entry, task=entry.task - index + place)
        if self.total is not None and len(self._entries) >= self.total:
            self._leave(self.link.session)

    def failed(self, error: FarmError) -> None:
        self.error = self.error or error

    def _leave(self, session: Session) -> None:
        if self.key is not None:
            session.finished(self.key)
        if self.number is not None:
            session.unfollow(self.number)

    # Handing in

    def submit(self, header: Header, templates: Sequence[Buffer], parts: Iterable[List[Group]]) -> "Job":
        """Hands in the parts as they are made and waits until the controller has the whole job safe."""
        key = self.key
        assert key is not None
        rest, number = iter(parts), 0
        following: Optional[List[Group]] = next(rest, [])
        while following is not None:
            groups, following = following, next(rest, None)
            first = number == 0
            body = messages.submit(
                key, number, following is None, header if first else None, templates if first else (), groups
            )
            welcome = self.link.session.welcome
            if welcome is not None and len(body) > welcome.largest:
                raise FarmError(
                    f"{self.name}: {len(body)} bytes in one message are over the farm's {welcome.largest}; "
                    "write them to a file and pass its path"
                )
            self._wait(lambda: sum(self._held.values()) < self._window())
            self._held[number] = len(body)
            self.link.perform(partial(_submit, self, number, body))
            number += 1
        self._wait(lambda: not self._held)
        return self

    def _window(self) -> int:
        welcome = self.link.session.welcome
        return welcome.window if welcome is not None else 4 << 20

    # Results

    def has_ended(self, index: int) -> bool:
        return index in self._entries

    def outcome(self, index: int) -> Outcome:
        """Of a task that has ended."""
        return Outcome(self._entries[index])

    def wait(self, indices: Iterable[int], timeout: Optional[float] = None) -> bool:
        """Waits until these tasks have ended; False when the time is over. Raises FarmError if nobody will
        say."""
        waiting = list(indices)

        def ready() -> bool:
            while waiting and waiting[-1] in self._entries:
                waiting.pop()
            self._check(waiting)
            return not waiting

        return self._wait(ready, timeout)

    def _check(self, waiting: List[int]) -> None:
        if self.total is not None and waiting and max(waiting) >= self.total:
            raise UnknownTask(
                f"job {self.number} has {self.total} tasks: there is no {self.number}.{max(waiting)}"
            )

    def _wait(self, ready: Callable[[], bool], timeout: Optional[float] = None) -> bool:
        if self.is_forgotten:
            raise Closed(f"the results of {self.name or 'this job'} were dropped by flush() or clear()")
        came = self.link.wait(lambda: self.error is not None or ready(), timeout)
        if self.error is not None and not (came and ready()):
            raise self.error
        if self.link.error is not None and not ready():
            raise self.link.error
        return came

    def forget(self) -> None:
        """Its results are not wanted any more. The job itself goes on."""
        self.is_forgotten = True
        self._entries = {}
        self.link.perform(self._leave)


def _submit(job: Job, number: int, body: Buffer, session: Session) -> None:
    session.submit(job, number, body)


def parts(groups: Iterable[Group]) -> Iterator[List[Group]]:
    """Groups as parts of a sealed submission; a group with much payload is cut into several."""
    part: List[Group] = []
    held = 0
    for group in groups:
        for piece in _cut(group):
            size = sum(map(len, piece.payloads or ()))
            if part and (held + size > PART_BYTES or len(part) >= PART_TASKS):
                yield part
                part, held = [], 0
            part.append(piece)
            held += size
    yield part


def _cut(group: Group) -> Iterator[Group]:
    if group.payloads is None:
        yield group
        return
    batch: List[bytes] = []
    held = 0
    for payload in group.payloads:
        if batch and (held + len(payload) > PART_BYTES or len(batch) >= PART_TASKS):
            yield replace(group, payloads=batch)
            batch, held = [], 0
        batch.append(payload)
        held += len(payload)
    if batch:
        yield replace(group, payloads=batch)


def stream(group: Group, payloads: Iterable[bytes]) -> Iterator[List[Group]]:
    """Parts of a streaming submission: tasks run while the inputs of others are still being made."""
    batch: List[bytes] = []
    held, first, since = 0, True, time.monotonic()
    for payload in payloads:
        batch.append(payload)
        held += len(payload)
        if held >= PART_BYTES or len(batch) >= PART_TASKS or time.monotonic() - since >= STREAM_SECONDS:
            yield [replace(group, payloads=batch, continuation=not first)]
            batch, held, first, since = [], 0, False, time.monotonic()
    if batch:
        yield [replace(group, payloads=batch, continuation=not first)]


def task_name(task: int) -> str:
    """`12.345`."""
    return f"{task >> 32}.{task & 0xFFFFFFFF}"


def task_number(name: Union[str, int]) -> int:
    """The other way round; a job alone means its first task."""
    job, _, index = str(name).partition(".")
    try:
        numbers = int(job), int(index or 0)
    except ValueError:
        numbers = (0, -1)
    if not (0 < numbers[0] < 1 << 32 and 0 <= numbers[1] < 0xFFFFFFFF):
        raise UnknownTask(f"{name!r} is no task: they are written JOB.INDEX, as in '12.0'")
    return numbers[0] << 32 | numbers[1]
