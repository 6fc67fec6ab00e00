"""What can go wrong, and the exceptions of engines seen from here."""

from __future__ import annotations

import builtins
from typing import Any, Dict, List, Optional, Sequence, Tuple


class FarmError(Exception):
    """Whatever this package raises by itself. The message says what was wrong and what to do."""


class WireError(FarmError):
    """Bytes that break a rule of the protocol."""


class CapabilityError(FarmError):
    """A capability file that is missing, expired or not readable."""


class NoController(FarmError):
    """Nobody answers at the addresses of the capability file."""


class KeyRefused(FarmError):
    """The controller does not let the key in: revoked, expired or not on record."""


class WrongController(FarmError):
    """Whoever listens there is not the controller that the capability file names."""


class Refused(FarmError):
    """The controller said no to a submission, query or cancel. `code` is one of `wire.Code`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Closed(FarmError):
    """The client was closed, or its session was ended for good."""


class Lost(FarmError):
    """The controller does not know the job any more."""


class InvalidEngineID(FarmError, ValueError):
    """No such engine."""


class NoEnginesRegistered(FarmError):
    """There are no engines at all."""


class NotAPendingResult(FarmError, TypeError):
    """barrier() was given something else."""


class UnknownTask(FarmError, IndexError):
    """No such task, or one that has ended and cannot be aborted."""


class UnencodableValue(FarmError, TypeError):
    """A value that cannot be sent."""


class RemoteError(Exception):
    """An exception of an engine whose class is not known here, or a task that ended badly in another way.

    `name` is the class's name or the cause ("timeout"), `remote_traceback` the text of the traceback, if any.
    """

    name = "RemoteError"
    remote_traceback = ""


class TaskAborted(RemoteError):
    """The task was cancelled."""


class QueueCleared(RemoteError):
    """The task was queued in a lane and cleared: one before it failed, or somebody cleared the lane."""


class EngineLost(RemoteError):
    """The engine was lost while the task ran. What runs in a lane is never run twice."""


class TaskRejectError(RemoteError):
    """Raise it in a task to say that it cannot run on this engine: another one is tried."""


OWN = {kind.__name__: kind for kind in (TaskAborted, QueueCleared, EngineLost, TaskRejectError)}


def remote_error(name: str, message: str, traceback: str = "") -> Exception:
    """The exception to raise here for one of an engine: of its class where that is one of Python's own."""
    kind = getattr(builtins, name, None) or OWN.get(name)
    error: Optional[Exception] = None
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            error = kind(message)
        except TypeError:  # UnicodeDecodeError and its like want more than a message
            error = None
    if error is None:
        error = type(name if name.isidentifier() else "RemoteError", (RemoteError,), {})(message)
    error.__dict__.update(name=name, remote_traceback=traceback)
    return error


class CompositeError(FarmError):
    """One or more engines failed. `error[2]` is the exception of engine 2; `results` has what went well.

    - `elist`: (name, message, traceback, engine) of each failure, by engine.
    - `results`: engine → result of those that did not fail.
    """

    def __init__(
        self, method: str, failures: Sequence[Tuple[int, Exception]], results: Optional[Dict[int, Any]] = None
    ) -> None:
        self.method = method
        self.failures = dict(failures)
        self.results = results or {}
        self.elist: List[Tuple[str, str, str, int]] = [
            (_name(error), str(error), getattr(error, "remote_traceback", ""), engine)
            for engine, error in failures
        ]
        lines = [f"[{engine}:{method}]: {name}: {text}" for name, text, _, engine in self.elist]
        super().__init__("\n".join([f"one or more exceptions from call to method: {method}"] + lines))

    def __getitem__(self, engine: int) -> Exception:
        return self.failures[engine]

    def __len__(self) -> int:
        return len(self.failures)

    def raise_exception(self, excid: int = 0) -> None:
        """Raises the failure that stands at `excid` in `elist`."""
        if not 0 <= excid < len(self.elist):
            raise IndexError(f"an exception with index {excid} does not exist")
        raise self.failures[self.elist[excid][3]]

    def print_tracebacks(self, excid: Optional[int] = None) -> None:
        """Prints the engines' tracebacks, or the one at `excid`."""
        for name, text, traceback, engine in self.elist if excid is None else [self.elist[excid]]:
            print(f"[{engine}:{self.method}]:\n{traceback.rstrip() or f'{name}: {text}'}\n")


def _name(error: Exception) -> str:
    return error.__dict__.get("name") or type(error).__name__
