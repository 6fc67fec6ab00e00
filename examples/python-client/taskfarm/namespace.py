"""What the multi-engine interface does in the engines' namespaces: a mix-in of MultiEngineClient."""

from __future__ import annotations

import os
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from . import values
from .jobs import Outcome
from .output import OnOutput
from .results import ParallelFunction, ResultList
from .sequences import check, joined, partition
from .tasks import arguments
from .values import check_names

SAID_LIMIT = 10_000
"""Commands whose text is kept for `get_result`."""

Names = Union[str, Sequence[str]]

MAP = "def _map(function, *sequences):\n    return [function(*each) for each in zip(*sequences)]\n"


class NamespaceWork:
    """All calls take `targets` and `block`; without `block` they give a PendingResult."""

    _send: Callable[..., Any]
    resolve: Callable[..., List[int]]
    _said: Dict[Tuple[int, int], str]

    # Commands

    def execute(
        self,
        lines: str,
        targets: Any = None,
        block: Optional[bool] = None,
        on_output: Optional[OnOutput] = None,
    ) -> Any:
        """Runs Python code: a ResultList, a dict an engine. Raises CompositeError.

        `on_output(engine, stream, lines)` is called with what is printed while the result is waited for.
        """
        if not isinstance(lines, str):
            raise TypeError("execute takes code as a str")
        body = {"call": "namespace.execute", "with": {"code": lines}}
        make = self._command(lines)
        return self._send("execute", targets, block, body, make, gather=ResultList, on_output=on_output)

    def run(
        self,
        filename: str,
        targets: Any = None,
        block: Optional[bool] = None,
        on_output: Optional[OnOutput] = None,
    ) -> Any:
        """Runs a file of this machine, by its text, as a script: it finds its path as `__file__`, and only
        what it prints comes back."""
        path = os.path.abspath(os.path.expanduser(filename))
        with open(path, encoding="utf-8") as file:
            code = file.read()
        body = {"call": "namespace.execute", "with": {"code": code, "file": path}}
        make = self._command(f"%run {filename}")
        return self._send("run", targets, block, body, make, gather=ResultList, on_output=on_output)

    def get_result(self, i: Optional[int] = None, targets: Any = None, block: Optional[bool] = None) -> Any:
        """What command `i` of each engine came to; without a number, its last command."""
        body = {"call": "namespace.result", "with": i}
        return self._send("get_result", targets, block, body, self._command(None), gather=ResultList)

    # Values

    def push(self, namespace: Dict[str, Any], targets: Any = None, block: Optional[bool] = None) -> Any:
        """Sets variables. They are sent to the controller once, however many engines get them."""
        if not isinstance(namespace, dict) or not all(isinstance(name, str) for name in namespace):
            raise TypeError("push takes a dict: names, which are strs, and values")
        check_names(namespace)
        return self._pushed("push", namespace, targets, block)

    def push_function(
        self, namespace: Dict[str, Callable[..., Any]], targets: Any = None, block: Optional[bool] = None
    ) -> Any:
        """Sets functions: `mec.push_function(dict(f=f))`."""
        check_names(namespace)
        for name, function in namespace.items():
            if not callable(function):
                raise TypeError(f"{name} is no function")
        return self._pushed("push_function", namespace, targets, block)

    def pull(self, keys: Names, targets: Any = None, block: Optional[bool] = None) -> Any:
        """The values of a name, one an engine; of several names, a list of them an engine."""
        return self._pulled("pull", keys, targets, block, list)

    def pull_function(self, keys: Names, targets: Any = None, block: Optional[bool] = None) -> Any:
        """As `pull`, of functions."""
        return self._pulled("pull_function", keys, targets, block, list)

    def zip_pull(self, keys: Names, targets: Any = None, block: Optional[bool] = None) -> Any:
        """As `pull`, the other way round: a tuple a name, with its value on each engine."""
        return self._pulled("zip_pull", keys, targets, block, lambda rows: list(zip(*rows)))

    def keys(self, targets: Any = None, block: Optional[bool] = None) -> Any:
        """The names that are there, a list an engine."""
        return self._send("keys", targets, block, {"call": "namespace.keys"}, _value)

    def reset(self, targets: Any = None, block: Optional[bool] = None) -> Any:
        """Clears the namespaces."""
        return self._send("reset", targets, block, {"call": "namespace.reset"}, _value)

    def restart(self, targets: Any = None, block: Optional[bool] = None) -> Any:
        """Ends the Python interpreters at once, whatever they run; new ones are started when they are
        needed."""
        # In a lane of its own: it does not wait for what runs.
        return self._send("restart", targets, block, {"call": "namespace.restart"}, _value, lane="control")

    # Sequences

    def scatter(
        self,
        key: str,
        seq: Any,
        dist: str = "b",
        flatten: bool = False,
        targets: Any = None,
        block: Optional[bool] = None,
    ) -> Any:
        """Cuts a sequence into contiguous parts and pushes each engine its own. With `flatten` a part of one
        element is pushed as the element."""
        check_names([key])
        chosen = self.resolve(targets)
        pieces = partition(seq, len(chosen), dist)
        own = [piece[0] if flatten and len(piece) == 1 else piece for piece in pieces]
        bundles = [values.bundle([(key, values.encode(one, key))]) for one in own]
        return self._send(
            "scatter", targets, block, {"call": "namespace.push"}, _value, own=bundles, chosen=chosen
        )

    def gather(self, key: str, dist: str = "b", targets: Any = None, block: Optional[bool] = None) -> Any:
        """The parts of a sequence, joined in the order of the engines."""
        check(dist)
        return self._pulled("gather", key, targets, block, joined)

    def apply(
        self,
        function: Callable[..., Any],
        *args: Any,
        targets: Any = None,
        block: Optional[bool] = None,
        **kwargs: Any,
    ) -> Any:
        """`function(*args, **kwargs)` on each engine: a list of what it gave."""
        shared = [("function", values.encode(function, "function")), *arguments(args, kwargs)]
        body = {"call": "namespace.apply"}
        return self._send("apply", targets, block, body, _value, shared=values.bundle(shared))

    def map(self, function: Callable[..., Any], *sequences: Iterable[Any]) -> Any:
        """As Python's `map`, with contiguous parts of the sequences on the engines. Nothing is balanced:
        that is what TaskClient's is for."""
        return self.mapper().map(function, *sequences)

    def raw_map(
        self,
        function: Callable[..., Any],
        seqs: Sequence[Any],
        dist: str = "b",
        targets: Any = None,
        block: Optional[bool] = None,
    ) -> Any:
        """`map(function, *seqs)` with options."""
        check(dist)
        lists = [list(one) for one in seqs]
        length = min(map(len, lists), default=0)
        chosen = self.resolve(targets)
        pieces = zip(*(partition(one[:length], len(chosen), dist) for one in lists))
        shared = [
            ("function", bytes([values.FUNCTION]) + _json({"name": "_map", "source": MAP})),
            ("f", values.encode(function, "function")),
        ]
        names = [f"s{place}" for place in range(len(lists))]
        calls = values.encode([{"$value": name} for name in ["f", *names]])
        shared.append(("args", calls))
        own = [
            values.bundle((name, values.encode(part, "a sequence")) for name, part in zip(names, piece))
            for piece in pieces
        ]
        body = {"call": "namespace.apply"}
        return self._send(
            "map",
            targets,
            block,
            body,
            _value,
            shared=values.bundle(shared),
            own=own,
            gather=joined,
            chosen=chosen,
        )

    def mapper(self, dist: str = "b", targets: Any = "all", block: Optional[bool] = None) -> "Mapper":
        """Something with a `map` of these options."""
        return Mapper(self, dist, targets, block)

    def parallel(
        self, dist: str = "b", targets: Any = None, block: Optional[bool] = None
    ) -> ParallelFunction:
        """A decorator that makes a function of one element a function of sequences."""
        return ParallelFunction(self.mapper(dist, targets, block))

    def activate(self) -> None:
        """Makes this client the one of `%px`, `%autopx` and `%result`."""
        from .magics import activate

        activate(self)

    def _command(self, lines: Optional[str]) -> Callable[[int, Outcome], Dict[str, Any]]:
        """An engine's answer to a command, as the dict of the original. Without text, that of the same
        prompt before."""

        def make(engine: int, outcome: Outcome) -> Dict[str, Any]:
            answer: Any = outcome.value()
            place = (engine, answer["prompt"])
            if lines is not None:
                self._said[place] = lines
                while len(self._said) > SAID_LIMIT:
                    self._said.pop(next(iter(self._said)))
            text = self._said.get(place, "")
            result = {"input": {"translated": text, "raw": text}, "number": answer["prompt"], "id": engine}
            for key in ("stdout", "stderr", "result"):
                if answer.get(key):
                    result[key] = answer[key]
            return result

        return make

    def _pushed(self, method: str, namespace: Dict[str, Any], targets: Any, block: Optional[bool]) -> Any:
        bundle = values.bundle((name, values.encode(value, name)) for name, value in namespace.items())
        return self._send(method, targets, block, {"call": "namespace.push"}, _value, shared=bundle)

    def _pulled(
        self,
        method: str,
        keys: Names,
        targets: Any,
        block: Optional[bool],
        gather: Callable[[List[Any]], Any],
    ) -> Any:
        names = [keys] if isinstance(keys, str) else list(keys)
        if not all(isinstance(name, str) for name in names):
            raise TypeError("names are strs")

        def make(engine: int, outcome: Outcome) -> Any:
            found = values.unbundle(outcome.payload)
            pulled = [values.decode(found[name]) for name in names]
            return pulled[0] if isinstance(keys, str) else pulled

        return self._send(
            method, targets, block, {"call": "namespace.pull", "with": names}, make, gather=gather
        )

    getResult, pushFunction, pullFunction, zipPull = get_result, push_function, pull_function, zip_pull


class Mapper:
    """Maps functions over sequences with these options."""

    def __init__(self, client: NamespaceWork, dist: str, targets: Any, block: Optional[bool]) -> None:
        self.client, self.dist, self.targets, self.block = client, dist, targets, block

    def map(self, function: Callable[..., Any], *sequences: Iterable[Any]) -> Any:
        return self.client.raw_map(function, sequences, self.dist, self.targets, self.block)


def _json(value: Any) -> bytes:
    return values.encode(value)[1:]


def _value(engine: int, outcome: Outcome) -> Any:
    return outcome.value()
