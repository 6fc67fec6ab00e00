"""Tasks, and what comes back of them."""

from __future__ import annotations

import math
import types
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from . import messages, values
from .jobs import Outcome, task_number
from .messages import Retry
from .taskresult import TaskResult

TaskRef = Union[str, int, Sequence[Union[str, int]]]


class BaseTask:
    """What tasks of all kinds have.

    - `clear_before`, `clear_after`: whether the namespace of the engine is cleared.
    - `retries`: further attempts after a failure.
    - `recovery_task`: runs under the same id when those are used up.
    - `depend`: ids of tasks that must have succeeded.
    """

    def __init__(
        self,
        clear_before: bool = False,
        clear_after: bool = False,
        retries: int = 0,
        recovery_task: Optional["BaseTask"] = None,
        depend: Optional[TaskRef] = None,
    ) -> None:
        if callable(depend):
            raise TypeError(
                "depend takes ids of tasks; to ask on the engine whether the task can run there, raise "
                "TaskRejectError in the task: another engine is tried"
            )
        if recovery_task is not None and not isinstance(recovery_task, BaseTask):
            raise TypeError("recovery_task must be a task")
        self.clear_before, self.clear_after, self.retries = (
            bool(clear_before),
            bool(clear_after),
            int(retries),
        )
        self.recovery_task, self.depend = recovery_task, depend
        self.taskid: Optional[str] = None

    def template(self) -> bytes:
        """The template body, with all that the task takes along."""
        raise NotImplementedError

    def result(self, outcome: Outcome) -> Any:
        """What `get_task_result` gives."""
        return TaskResult(outcome, self.results)

    def results(self, outcome: Outcome) -> Dict[str, Any]:
        """The variables that came back."""
        return {}

    def after(self) -> List[int]:
        """Numbers of the tasks that it depends on."""
        depend = self.depend
        if depend is None:
            return []
        return [task_number(one) for one in ([depend] if isinstance(depend, (str, int)) else depend)]

    def recoveries(self) -> List["BaseTask"]:
        """The recovery task, its own one, and so on; at most seven."""
        chain: List[BaseTask] = []
        task = self.recovery_task
        while task is not None:
            if len(chain) == 7:
                raise ValueError("a task has at most 7 recovery tasks, one behind the other")
            chain.append(task)
            task = task.recovery_task
        return chain

    def clears(self) -> Dict[str, bool]:
        """What the template says of clearing the namespace."""
        given = {"clear-before": self.clear_before, "clear-after": self.clear_after}
        return {key: True for key, value in given.items() if value}

    def retry(self) -> Retry:
        return Retry(failure=self.retries)


class StringTask(BaseTask):
    """Python code to run in the namespace of an engine.

    - `expression`: the code, one line or many.
    - `pull`: the name, or names, of variables to bring back: `result.ns.x`.
    - `push`: a dict of variables to set before.
    """

    def __init__(
        self,
        expression: str,
        pull: Union[None, str, Sequence[str]] = None,
        push: Optional[Dict[str, Any]] = None,
        clear_before: bool = False,
        clear_after: bool = False,
        retries: int = 0,
        recovery_task: Optional[BaseTask] = None,
        depend: Optional[TaskRef] = None,
    ) -> None:
        if not isinstance(expression, str):
            raise TypeError("a task expression must be a string")
        if not (pull is None or isinstance(pull, (str, list, tuple))):
            raise TypeError("pull must be str or a sequence of strs")
        if not (push is None or isinstance(push, dict) and all(isinstance(name, str) for name in push)):
            raise TypeError("push must be a dict whose keys are strs")
        self.expression, self.push = expression, push or {}
        self.pull: Tuple[str, ...] = (pull,) if isinstance(pull, str) else tuple(pull or ())
        values.check_names([*self.push, *self.pull])
        super().__init__(clear_before, clear_after, retries, recovery_task, depend)

    def template(self) -> bytes:
        code = self.expression.replace("${{", "${{ '${{' | raw }}")
        body: Dict[str, Any] = {"code": code, **self.clears()}
        if self.pull:
            body["pull"] = list(self.pull)
        return messages.template({"python": body}, _bundle(self.push))

    def results(self, outcome: Outcome) -> Dict[str, Any]:
        return dict(outcome.value()) if self.pull else {}  # type: ignore[call-overload]


class MapTask(BaseTask):
    """`function(*args, **kwargs)` on an engine. Its result is the value itself; a failure is raised."""

    def __init__(
        self,
        function: Callable[..., Any],
        args: Optional[Sequence[Any]] = None,
        kwargs: Optional[Dict[str, Any]] = None,
        clear_before: bool = False,
        clear_after: bool = False,
        retries: int = 0,
        recovery_task: Optional[BaseTask] = None,
        depend: Optional[TaskRef] = None,
    ) -> None:
        if not isinstance(function, types.FunctionType):
            raise TypeError("a task function must be a FunctionType")
        if not isinstance(args or (), (list, tuple)):
            raise TypeError("a task args must be a list or tuple")
        if not isinstance(kwargs or {}, dict):
            raise TypeError("a task kwargs must be a dict")
        self.function, self.args, self.kwargs = function, tuple(args or ()), dict(kwargs or {})
        super().__init__(clear_before, clear_after, retries, recovery_task, depend)

    def template(self) -> bytes:
        if self.clears():
            shared = dict(_function=self.function, _args=self.args, _kwargs=self.kwargs)
            return self._cleared("_function(*_args, **_kwargs)", shared)
        return self._applied(arguments(self.args, self.kwargs))

    def mapped(self, count: int) -> bytes:
        """The template of calls with so many arguments, which each has in its payload (`element`)."""
        names = [f"_{place}" for place in range(count)]
        if self.clears():
            return self._cleared(f"_function({', '.join(names)})", dict(_function=self.function))
        return self._applied([("args", values.encode([{"$value": name} for name in names]))])

    @staticmethod
    def element(args: Sequence[Any]) -> bytes:
        """The payload of one of these calls."""
        return _bundle({f"_{place}": value for place, value in enumerate(args)})

    def _applied(self, entries: List[Tuple[str, bytes]]) -> bytes:
        shared = [("function", values.encode(self.function, "function")), *entries]
        return messages.template({"call": "namespace.apply"}, values.bundle(shared))

    def _cleared(self, expression: str, shared: Dict[str, Any]) -> bytes:
        """What clears the namespace is a Python task."""
        return messages.template({"python": {"expression": expression, **self.clears()}}, _bundle(shared))

    def result(self, outcome: Outcome) -> Any:
        failure = outcome.failure
        if failure is not None:
            raise failure
        return outcome.value()


class CommandTask(BaseTask):
    """A command: a line for the shell, or a program and its arguments. What it writes to
    `$TASKS_RESULT_FILE` is its value; a result has `stdout`, `stderr` and `exit_code`."""

    def __init__(
        self,
        run: Union[str, Sequence[str]],
        retries: int = 0,
        recovery_task: Optional[BaseTask] = None,
        depend: Optional[TaskRef] = None,
    ) -> None:
        self.run = run if isinstance(run, str) else list(run)
        if not self.run:
            raise TypeError("a command task needs a command")
        super().__init__(False, False, retries, recovery_task, depend)

    def template(self) -> bytes:
        return messages.template({"run": _literal(self.run)})


def arguments(args: Sequence[Any], kwargs: Optional[Dict[str, Any]] = None) -> List[Tuple[str, bytes]]:
    """The entries of a call's bundle. Arrays and functions among the arguments go as values of their own."""
    named: List[Tuple[str, bytes]] = []

    def place(value: Any) -> Any:
        if (
            value is None
            or type(value) in (bool, int, str)
            or (type(value) is float and math.isfinite(value))
        ):
            return value
        named.append((f"${len(named)}", values.encode(value, "an argument")))
        return {"$value": named[-1][0]}

    placed = [place(value) for value in args]
    keywords = {name: place(value) for name, value in (kwargs or {}).items()}
    entries = [("args", values.encode(placed))]
    if keywords:
        entries.append(("kwargs", values.encode(keywords)))
    return entries + named


def _bundle(named: Dict[str, Any]) -> bytes:
    """The values as a bundle; no bytes for none."""
    return (
        values.bundle((name, values.encode(value, name)) for name, value in named.items()) if named else b""
    )


def _literal(text: Any) -> Any:
    """A text of a template, or several, that stand for themselves."""
    if isinstance(text, str):
        return text.replace("${{", "${{ '${{' }}")
    return [_literal(word) for word in text]
