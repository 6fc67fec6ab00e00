"""What comes back of a task."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict

from .jobs import STDERR, STDOUT, Outcome, task_name


class ResultNS:
    """The variables that a task brought back, as attributes and as items."""

    def __init__(self, values: Dict[str, Any]) -> None:
        self.__dict__.update(values)

    def __repr__(self) -> str:
        return f"NS{self.__dict__!r}"

    def __getitem__(self, name: str) -> Any:
        return self.__dict__[name]


class TaskResult:
    """How a task ended: `ns`, `results`, `keys`, `value`, `failure`, `engineid`, `duration` (seconds),
    `stdout`, …"""

    def __init__(self, outcome: Outcome, results: Callable[[Outcome], Dict[str, Any]]) -> None:
        self.taskid = task_name(outcome.entry.task)
        self.engineid, self.duration = outcome.engineid, outcome.duration
        self.exit_code = outcome.exit_code
        self.submitted, self.completed = _clock(outcome.started), _clock(outcome.ended)
        self.stdout, self.stderr = outcome.text(STDOUT), outcome.text(STDERR)
        self.failure = outcome.failure
        self.value = outcome.value() if outcome.ok else None
        self.results = results(outcome) if outcome.ok else {}
        self.keys = list(self.results)

    @property
    def ns(self) -> ResultNS:
        """The variables; raises what the task raised."""
        self.raise_exception()
        return ResultNS(self.results)

    def raise_exception(self) -> None:
        """Raises what the task raised, if it did."""
        if self.failure is not None:
            raise self.failure

    raiseException = raise_exception

    def __getitem__(self, name: str) -> Any:
        self.raise_exception()
        return self.results[name]

    def __repr__(self) -> str:
        return f"TaskResult[ID:{self.taskid}]:{self.failure if self.failure is not None else self.results!r}"


def _clock(seconds: float) -> str:
    return time.strftime("%Y/%m/%d %H:%M:%S", time.localtime(seconds)) if seconds else ""
