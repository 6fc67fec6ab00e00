"""What the two clients have in common: a connection, queries, cancels."""

from __future__ import annotations

import json
import os
import weakref
from functools import partial
from typing import Any, Callable, List, Optional, TypeVar

from . import capability as capabilities
from .errors import FarmError, Refused
from .link import Link
from .session import Session
from .wire import Code

Self = TypeVar("Self", bound="Connection")


class Connection:
    """A client. It connects when it is made, and goes on by itself when the connection is lost.

    - `capability`: the path of a capability file, else `$TASKS_CAPABILITY`, else the profile's own.
    - `profile`: a name below `$TASKS_HOME` (`~/.tasks`), or a path.
    - `patience`: seconds to wait for the file and the controller if they are not there; 0 tries once.
    - `reconnect_patience`: the same after a connection was lost; None is for ever.
    """

    role = "task-client"

    def __init__(
        self,
        capability: Optional[str] = None,
        *,
        profile: Optional[str] = None,
        patience: float = 0,
        reconnect_patience: Optional[float] = None,
        link: Optional[Link] = None,
    ) -> None:
        self._link = link or Link(
            capabilities.find(self.role, capability, profile), patience, reconnect_patience
        )
        self._link.wait(lambda: self._link.session.welcome is not None)
        if self._link.error is not None:
            raise self._link.error
        if link is None:
            self._closer = weakref.finalize(self, Link.close, self._link)

    def close(self) -> None:
        """Says goodbye. Jobs go on; what waits fails with Closed."""
        self._link.close()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_connected(self) -> bool:
        """Whether there is a session at this moment; False while a lost connection is being made again."""
        return self._link.session.welcome is not None

    def query(self, name: str, **more: Any) -> dict:
        """Asks the controller (docs/protocol.md, "Queries"). Raises Refused."""
        body = self._ask(lambda answer: lambda session: session.query(answer, {"query": name, **more}))
        return json.loads(body)

    def queries(self, questions: List[dict]) -> List[Optional[dict]]:
        """Asks all of them at once; None for one that was refused, or that nobody has answered."""
        answers = [_Answer() for _ in questions]
        for answer, question in zip(answers, questions):
            self._link.perform(partial(_query, answer, question))
        self._link.wait(lambda: all(one.code is not None or one.error is not None for one in answers))
        return [json.loads(one.body) if one.code == Code.OK else None for one in answers]

    def _cancel(self, ranges: List[tuple]) -> None:
        self._ask(lambda answer: lambda session: session.cancel(answer, ranges))

    def _ask(self, request: Callable[["_Answer"], Callable[[Session], None]]) -> bytes:
        answer = _Answer()
        self._link.perform(request(answer))
        self._link.wait(lambda: answer.code is not None or answer.error is not None)
        if answer.code is None:
            raise answer.error or self._link.error or FarmError("no answer")
        if answer.code != Code.OK:
            raise Refused(answer.code, answer.body.decode("utf-8", "replace"))
        return answer.body


def _query(answer: "_Answer", question: dict, session: Session) -> None:
    session.query(answer, question)


class _Answer:
    def __init__(self) -> None:
        self.code: Optional[int] = None
        self.body = b""
        self.error: Optional[FarmError] = None

    def answered(self, code: int, body: bytes) -> None:
        self.body, self.code = body, code

    def failed(self, error: FarmError) -> None:
        self.error = error


def surroundings() -> bytes:
    """Of this process: the directory, and the variables that commands inherit."""
    kept = (
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "PATH",
        "LD_LIBRARY_PATH",
        "TMPDIR",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TERM",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "CONDA_PREFIX",
        "MANPATH",
        "OMP_NUM_THREADS",
    )
    found = {name: value for name, value in os.environ.items() if name in kept or name.startswith("LC_")}
    return json.dumps({"v": 1, "dir": os.getcwd(), "env": found}).encode("utf-8")
