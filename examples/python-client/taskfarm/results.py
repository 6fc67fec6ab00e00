"""Lists of results that print as the original's, and results that are not there yet."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple


class ResultList(list):
    """What `execute` and `get_result` give: for each engine a dict with `input`, `number`, `id`, and where
    there is something `stdout`, `stderr` and `result` (the repr of the last expression's value)."""

    def __repr__(self) -> str:
        lines = ["<Results List>\n"]
        for command in self:
            engine, number = command.get("id"), command.get("number")
            text = command.get("input", {}).get("translated", "No Input")
            lines.append(f"[{engine}] In [{number}]: {text}\n")
            shown = command.get("stdout", "") + (command["result"] + "\n" if "result" in command else "")
            if shown:
                lines.append(f"[{engine}] Out[{number}]: {shown}\n")
            if command.get("stderr"):
                lines.append(f"[{engine}] Err[{number}]:\n{command['stderr']}\n")
        return "".join(lines)


class QueueStatusList(list):
    """What `queue_status` gives: (engine, {"pending": …, "queue": …}), how many run and wait in its lanes."""

    def __repr__(self) -> str:
        lines = ["<Queue Status List>\n"]
        for engine, status in self:
            lines.append(
                f"Engine: {engine!r}\n    Pending: {status['pending']!r}\n    Queue: {status['queue']!r}\n"
            )
        return "".join(lines)


class PendingResult:
    """A result that is not there yet. `r` waits for it; what was raised on the engines is raised then, each
    time."""

    def __init__(self, wait: Callable[[Optional[float]], bool], make: Callable[[], Any]) -> None:
        self._wait, self._make = wait, make
        self._callbacks: List[Tuple[Callable[..., Any], tuple, dict]] = []
        self._is_made = False
        self._result: Any = None
        self._error: Optional[BaseException] = None

    def wait(self, timeout: Optional[float] = None) -> bool:
        """Waits, at most so many seconds; whether the result is there. Never raises what happened on the
        engines."""
        return self._is_made or self._wait(timeout)

    def get_result(self, default: Any = None, block: bool = True) -> Any:
        """The result; without `block` the default if it is not there yet."""
        if not self._is_made:
            if not self.wait(None if block else 0):
                return default
            try:
                result = self._make()
                for callback, args, kwargs in self._callbacks:
                    result = callback(result, *args, **kwargs)
                self._result = result
            except Exception as error:
                self._error = error
            self._is_made = True
        if self._error is not None:
            raise self._error
        return self._result

    def add_callback(self, callback: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """The result will be `callback(result, *args, **kwargs)`; several are chained."""
        self._callbacks.append((callback, args, kwargs))

    @property
    def r(self) -> Any:
        """As `get_result(block=True)`."""
        return self.get_result(block=True)

    getResult = get_result
    addCallback = add_callback


class ParallelFunction:
    """A decorator: the function it is given is applied to sequences, in parallel, by the mapper."""

    def __init__(self, mapper: Any) -> None:
        self.mapper = mapper

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*sequences: Any) -> Any:
            return self.mapper.map(function, *sequences)

        call.__name__, call.__doc__ = function.__name__, function.__doc__
        return call
