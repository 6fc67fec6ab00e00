"""What commands print, handed over line by line while they run."""

from __future__ import annotations

import base64
from typing import Any, Callable, Dict, List, Sequence

from .jobs import STDERR, STDOUT, Job, Outcome

OnOutput = Callable[[int, str, str], None]
"""Called with an engine, `stdout` or `stderr`, and lines: whole ones, but for the last of all."""

SECONDS = 0.1
"""How often the engines are asked. A command that is done before is not asked about."""
STREAMS = {"stdout": STDOUT, "stderr": STDERR}


class _Stream:
    def __init__(self) -> None:
        self.offset = 0  # where to ask on, in bytes
        self.begun = b""  # of a line that has not ended
        self.shown = 0  # bytes of the text that were handed over

    def take(self, piece: bytes, offset: int) -> str:
        """The lines that are whole by what has come."""
        self.offset = max(self.offset, offset)
        lines, end, self.begun = (self.begun + piece).rpartition(b"\n")
        text = (lines + end).decode("utf-8", "replace")  # by lines, as all of it will be
        self.shown += len(text.encode())
        return text


class Follower:
    """Hands over what the tasks of a command print, each line once, in the order of its engine and stream.
    What comes too fast to be asked for is handed over when the engine is done."""

    def __init__(self, job: Job, engines: Sequence[int], hand: OnOutput) -> None:
        self._job, self._engines, self._hand = job, engines, hand
        self._left: Dict[int, Dict[str, _Stream]] = {
            place: {name: _Stream() for name in STREAMS} for place in range(len(engines))
        }

    def look(self, ask: Callable[[List[dict]], List[Any]]) -> None:
        """Hands over what is new. `ask` puts queries, and gives an answer or None for each."""
        for place in [place for place in self._left if self._job.has_ended(place)]:
            self._finish(place, self._left.pop(place))
        wanted = [
            (place, name, one) for place, streams in self._left.items() for name, one in streams.items()
        ]
        questions = [
            dict(query="output", task=f"{self._job.number}.{place}", stream=name, offset=one.offset)
            for place, name, one in wanted
        ]
        for (place, name, one), answer in zip(wanted, ask(questions) if questions else []):
            # One that cannot be asked has nothing new; the wait tells why.
            text = one.take(base64.b64decode(answer["bytes"]), answer["offset"]) if answer else ""
            if text:
                self._hand(self._engines[place], name, text)

    def _finish(self, place: int, streams: Dict[str, _Stream]) -> None:
        outcome = self._job.outcome(place)
        for name, stream in streams.items():
            rest = _kept(outcome, name).encode()[stream.shown :].decode("utf-8", "replace")
            if rest:
                self._hand(self._engines[place], name, rest)


def _kept(outcome: Outcome, name: str) -> str:
    """All that is kept of an output: with the value of what went well, else beside the error."""
    answer = outcome.value() if outcome.ok else None
    return answer[name] if isinstance(answer, dict) and name in answer else outcome.text(STREAMS[name])
