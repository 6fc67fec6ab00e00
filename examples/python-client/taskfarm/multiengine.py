"""The multi-engine interface: engines addressed directly, by number."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import messages
from .connection import Connection, surroundings
from .errors import CompositeError, FarmError, InvalidEngineID, NoEnginesRegistered, NotAPendingResult
from .jobs import Job, Outcome, parts
from .messages import Group, Header
from .namespace import NamespaceWork
from .output import SECONDS, Follower, OnOutput
from .results import PendingResult, QueueStatusList

Targets = Union[None, int, str, slice, Sequence[int]]
LANE = "namespace"
INTERRUPT_SECONDS = 2.0
"""How long what was interrupted is waited for."""


class MultiEngineClient(NamespaceWork, Connection):
    """Works on engines directly: each has a number, a namespace, and a queue that keeps the order.

    `targets` (an engine's number, several, a slice of all, or 'all') and `block` hold for calls that say
    nothing else. With `block=False` a call gives a PendingResult. `mec['x']` is a pull, `mec['x'] = 1` a
    push, `mec[0]`, `mec[0:2]` are views with other targets.

    `durable`: False, for a namespace does not outlive its engine either; a command that runs while the
    controller is started anew is then lost to this client.
    """

    role = "multiengine-client"
    durable = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.block = True
        self.targets: Targets = "all"
        self._pending: Dict[Job, List[int]] = {}
        self._said: Dict[Tuple[int, int], str] = {}
        self._origin: Optional[MultiEngineClient] = None
        super().__init__(*args, **kwargs)

    # Engines

    def get_ids(self) -> List[int]:
        """Numbers of the engines that are there, rising."""
        return sorted(self.query("engine-ids")["attached"])

    @property
    def ids(self) -> List[int]:
        return self.get_ids()

    def __len__(self) -> int:
        return len(self.get_ids())

    def resolve(self, targets: Targets = None) -> List[int]:
        """The engines that are meant, looked up now. Raises NoEnginesRegistered, InvalidEngineID."""
        targets = self.targets if targets is None else targets
        ids = self.get_ids()
        if not ids:
            raise NoEnginesRegistered("there are no engines; start some with `tasks engine start`")
        if isinstance(targets, slice):
            chosen = ids[targets]
        elif targets == "all":
            chosen = ids
        elif isinstance(targets, int) and not isinstance(targets, bool):
            chosen = [targets]
        elif isinstance(targets, (list, tuple, range)):
            chosen = list(targets)
        else:
            raise InvalidEngineID(f"targets is {targets!r}; give a number, several, a slice or 'all'")
        wrong = [one for one in chosen if one not in ids]
        if wrong or not chosen or len(set(chosen)) < len(chosen):
            what = f"no engine {wrong[0]!r}" if wrong else "no engine" if not chosen else "an engine twice"
            raise InvalidEngineID(f"{what} in targets {targets!r}; there are {', '.join(map(str, ids))}")
        return chosen

    def view(self, targets: Targets) -> "MultiEngineClient":
        """The same connection with other targets."""
        other = type(self)(link=self._link)
        other._origin = self  # the connection is closed when nobody holds the client that made it
        other.block, other.targets, other.durable = self.block, targets, self.durable
        other._pending, other._said = self._pending, self._said
        return other

    def __getitem__(self, key: Any) -> Any:
        return self.pull(key) if isinstance(key, str) else self.view(key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError("only names can be set: mec['x'] = 1")
        self.push({key: value})

    # Waiting

    def barrier(self, pending: Any) -> None:
        """Waits for these PendingResults. What failed is raised when one asks for its result."""
        results = [pending] if isinstance(pending, PendingResult) else list(pending)
        for result in results:
            if not isinstance(result, PendingResult):
                raise NotAPendingResult("Objects passed to barrier must be PendingResult instances")
        for result in results:
            result.wait()

    def flush(self) -> None:
        """Drops all results that nobody has asked for. The commands themselves go on."""
        for job in list(self._pending):
            self._pending.pop(job, None)
            job.forget()

    clear_pending_results = flush

    # Queues

    def queue_status(self, targets: Targets = None) -> QueueStatusList:
        """How many tasks run and wait in the lanes of each engine."""
        chosen = self.resolve(targets)
        lanes = {engine["id"]: engine["lanes"] for engine in self.query("engines")["engines"]}
        return QueueStatusList(
            (one, {key: sum(lane[word] for lane in lanes[one]) for key, word in QUEUE_WORDS})
            for one in chosen
        )

    def clear_queue(self, targets: Targets = None) -> List[int]:
        """Ends what is queued for the engines' namespaces; what runs goes on. How many tasks, of each."""
        return [self.query("clear", engine=one, lane=LANE)["cleared"] for one in self.resolve(targets)]

    def interrupt(self, targets: Targets = None) -> None:
        """KeyboardInterrupt in what this client runs on the engines."""
        chosen = set(self.resolve(targets))
        for job, engines in list(self._pending.items()):
            self._interrupt(job, [place for place, one in enumerate(engines) if one in chosen])

    def _interrupt(self, job: Job, places: List[int]) -> None:
        ranges = [
            {"job": job.number, "first": place, "count": 1} for place in places if not job.has_ended(place)
        ]
        # Without a connection there is nobody to ask, and whoever presses Ctrl-C does not wait for one.
        if ranges and job.number is not None and self.is_connected:
            try:
                self.query("interrupt", ranges=ranges)
            except FarmError:
                pass  # it has ended meanwhile, or has not begun

    def kill(self, controller: bool = False, targets: Targets = None) -> None:
        """Ends the engines, and with `controller` the controller, too, which needs the role admin."""
        self.query("drain", engines=self.resolve(targets), now=True)
        if controller:
            self.query("stop", now=True)

    # Work

    def _send(
        self,
        method: str,
        targets: Targets,
        block: Optional[bool],
        body: Dict[str, Any],
        make: Callable[[int, Outcome], Any],
        shared: bytes = b"",
        own: Optional[List[bytes]] = None,
        gather: Callable[[List[Any]], Any] = list,
        chosen: Optional[List[int]] = None,
        lane: str = LANE,
        on_output: Optional[OnOutput] = None,
    ) -> Any:
        """One submission: a template with what all engines get, uploaded once, and a group an engine.

        `make` makes a result of an engine's outcome, `gather` one of all.
        """
        if block is not None and not isinstance(block, bool):
            raise ValueError("block must be True or False")
        engines = chosen if chosen is not None else self.resolve(targets)
        groups = [
            Group(
                name=f"{method}/{one}",
                payloads=None if own is None else [own[place]],
                targets=[str(one)],
                lane=lane,
            )
            for place, one in enumerate(engines)
        ]
        job = Job(self._link, method)
        header = Header(method, durable=self.durable, surroundings=surroundings())
        self._pending[job] = engines
        job.submit(header, [messages.template(body, shared)], parts(groups))
        follower = Follower(job, engines, on_output) if on_output is not None else None
        pending = PendingResult(
            lambda seconds: self._wait(job, engines, seconds, follower),
            lambda: self._made(job, engines, method, make, gather),
        )
        return pending.r if (self.block if block is None else block) else pending

    def _wait(
        self, job: Job, engines: List[int], seconds: Optional[float], follower: Optional[Follower] = None
    ) -> bool:
        try:
            if follower is not None:
                return self._follow(job, engines, seconds, follower)
            return job.wait(range(len(engines)), seconds)
        except KeyboardInterrupt:
            self._interrupt(job, list(range(len(engines))))
            if self.is_connected:
                # A command that came before it has ended would be cleared with the queue behind it.
                job.wait(range(len(engines)), INTERRUPT_SECONDS)
            raise

    def _follow(self, job: Job, engines: List[int], seconds: Optional[float], follower: Follower) -> bool:
        """Waits, and has what is printed meanwhile handed over."""
        end = float("inf") if seconds is None else time.monotonic() + seconds
        while True:
            is_ended = job.wait(range(len(engines)), max(0.0, min(SECONDS, end - time.monotonic())))
            # Without a connection there is nobody to ask, and what has ended is known here.
            follower.look(self.queries if self.is_connected else lambda questions: [])
            if is_ended or time.monotonic() >= end:
                return is_ended

    def _made(
        self,
        job: Job,
        engines: List[int],
        method: str,
        make: Callable[[int, Outcome], Any],
        gather: Callable[[List[Any]], Any],
    ) -> Any:
        self._pending.pop(job, None)
        results: Dict[int, Any] = {}
        failures: List[Tuple[int, Exception]] = []
        for place, engine in enumerate(engines):
            outcome = job.outcome(place)
            try:
                failure = outcome.failure
                if failure is None:
                    results[engine] = make(engine, outcome)
            except FarmError as error:
                failure = error
            if failure is not None:
                failures.append((engine, failure))
        if failures:
            raise CompositeError(method, failures, results)
        return gather([results[engine] for engine in engines])

    getIDs, queueStatus, clearQueue = get_ids, queue_status, clear_queue


QUEUE_WORDS = (("pending", "running"), ("queue", "queued"))
