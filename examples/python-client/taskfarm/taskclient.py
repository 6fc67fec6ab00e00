"""The task interface: tasks go to whichever engine is free."""

from __future__ import annotations

from itertools import chain
from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

from .connection import Connection, surroundings
from .errors import Refused, UnknownTask
from .jobs import Job, parts, stream, task_name, task_number
from .messages import WHOLE_JOB, Group, Header
from .results import ParallelFunction
from .tasks import BaseTask, MapTask, TaskRef
from .wire import Code

TaskID = Union[str, int]


class TaskClient(Connection):
    """Runs tasks on the farm and gets their results. Ids are those of the farm: `12.0` is task 0 of job 12.

    `durable`: whether jobs are safe on the controller's disk when they are accepted (True), or end with it.
    """

    role = "task-client"
    durable = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._jobs: Dict[int, Job] = {}
        self._tasks: Dict[int, BaseTask] = {}
        super().__init__(*args, **kwargs)
        self.block = True

    def run(self, task: BaseTask, block: bool = False) -> Any:
        """Hands the task in and gives its id, or with `block` its result."""
        group, recoveries = _group(type(task).__name__, task)
        templates = [task.template(), *recoveries]
        job = Job(self._link, type(task).__name__)
        header = Header(job.name, durable=self.durable, surroundings=surroundings())
        number = self._handed_in(job.submit(header, templates, parts([group])), task)
        task.taskid = task_name(number << 32)
        return self.get_task_result(task.taskid, block=True) if block else task.taskid

    def get_task_result(self, taskid: TaskID, block: bool = False) -> Any:
        """What came of a task; None if it has not ended, unless `block`."""
        number = task_number(taskid)
        job, index = self._job(number >> 32), number & 0xFFFFFFFF
        if not job.wait([index], None if block else 0):
            return None
        task = self._tasks.get(number >> 32)
        return (task or BaseTask()).result(job.outcome(index))

    def barrier(self, taskids: Iterable[TaskID]) -> None:
        """Waits until all of these tasks have ended, well or not."""
        for number in map(task_number, [taskids] if isinstance(taskids, (str, int)) else taskids):
            self._job(number >> 32).wait([number & 0xFFFFFFFF])

    def abort(self, taskid: TaskID) -> None:
        """Cancels a task. Raises UnknownTask of one that has ended or is not there."""
        try:
            self._cancel([(task_number(taskid), 1)])
        except Refused as error:
            if error.code not in (Code.UNKNOWN, Code.ALREADY_ENDED, Code.ALREADY_CANCELLING):
                raise
            words = {Code.UNKNOWN: "is not there", Code.ALREADY_ENDED: "has ended"}
            raise UnknownTask(f"task {taskid} {words.get(error.code, 'is being cancelled')}") from None

    def task_status(self, taskid: TaskID) -> str:
        """`waiting`, `ready`, `assigned`, `running`, `cancelling`, or how it has ended."""
        number = task_number(taskid)
        found = self.query("tasks", job=number >> 32, first=number & 0xFFFFFFFF, count=1)["tasks"]
        if not found:
            raise UnknownTask(f"there is no task {taskid}")
        return found[0]["state"]

    def queue_status(self, verbose: bool = False) -> Dict[str, Any]:
        """Of the tasks that this client has handed in, how many are `scheduled` (not sent yet), `pending`
        (at an engine), `succeeded` and `failed` (ended in another way); with `verbose` their ids."""
        places = dict.fromkeys(("assigned", "running", "cancelling"), "pending")
        places.update(waiting="scheduled", ready="scheduled", succeeded="succeeded")
        status: Dict[str, List[str]] = {"pending": [], "scheduled": [], "succeeded": [], "failed": []}
        for number in list(self._jobs):
            first = 0
            while True:
                rows = self.query("tasks", job=number, first=first, count=10_000)["tasks"]
                for row in rows:
                    status[places.get(row["state"], "failed")].append(str(row["id"]))
                if len(rows) < 10_000:
                    break
                first += len(rows)
        return {key: ids if verbose else len(ids) for key, ids in status.items()}

    def spin(self) -> None:
        """Asks the controller for a sign of life; nothing else is needed for it to go on."""
        self.query("status")

    def clear(self, taskids: Optional[Iterable[TaskID]] = None) -> None:
        """Drops what this client holds of these tasks' jobs, or of all. The ledger keeps them: see `tasks
        purge`."""
        numbers = list(self._jobs) if taskids is None else [task_number(one) >> 32 for one in taskids]
        for number in numbers:
            self._tasks.pop(number, None)
            job = self._jobs.pop(number, None)
            if job is not None:
                job.forget()

    def map(self, function: Callable[..., Any], *sequences: Iterable[Any]) -> List[Any]:
        """As Python's `map`, by tasks: a task an element, whichever engine is free, results in order."""
        return self.mapper().map(function, *sequences)

    def mapper(
        self,
        clear_before: bool = False,
        clear_after: bool = False,
        retries: int = 0,
        recovery_task: Optional[BaseTask] = None,
        depend: Optional[TaskRef] = None,
        block: bool = True,
    ) -> "TaskMapper":
        """Something with a `map`, which without `block` gives ids."""
        return TaskMapper(self, (clear_before, clear_after, retries, recovery_task, depend), block)

    def parallel(
        self,
        clear_before: bool = False,
        clear_after: bool = False,
        retries: int = 0,
        recovery_task: Optional[BaseTask] = None,
        depend: Optional[TaskRef] = None,
        block: bool = True,
    ) -> ParallelFunction:
        """A decorator that makes a function of one element a function of sequences."""
        return ParallelFunction(self.mapper(clear_before, clear_after, retries, recovery_task, depend, block))

    def _handed_in(self, job: Job, task: BaseTask) -> int:
        assert job.number is not None
        self._jobs[job.number], self._tasks[job.number] = job, task
        return job.number

    def _job(self, number: int) -> Job:
        """A job that was handed in here, or any other one that the controller knows."""
        if number not in self._jobs:
            self._jobs[number] = Job(self._link, number=number)
        return self._jobs[number]

    getTaskResult = get_task_result
    queueStatus = queue_status
    taskStatus = task_status


class TaskMapper:
    """Maps a function over sequences by tasks with these options."""

    def __init__(self, client: TaskClient, options: Tuple[Any, ...], block: bool) -> None:
        self.client, self.options, self.block = client, options, block

    def map(self, function: Callable[..., Any], *sequences: Iterable[Any]) -> Any:
        task = MapTask(function, (), {}, *self.options)
        client, job = self.client, Job(self.client._link, f"map {function.__name__}")
        group, recoveries = _group(function.__name__, task)
        elements = iter(zip(*sequences))
        first = next(elements, None)
        if first is None:
            return []
        count = [0]

        def payloads() -> Iterable[bytes]:
            for arguments in chain([first], elements):
                count[0] += 1
                yield task.element(arguments)

        templates = [task.mapped(len(sequences)), *recoveries]
        header = Header(job.name, streaming=True, durable=client.durable, surroundings=surroundings())
        number = client._handed_in(job.submit(header, templates, stream(group, payloads())), task)
        if not self.block:
            return [task_name(number << 32 | index) for index in range(count[0])]
        try:
            job.wait(range(count[0]))
        except KeyboardInterrupt:
            if client.is_connected:
                client._cancel([(number << 32, WHOLE_JOB)])
            raise
        results = [task.result(job.outcome(index)) for index in range(count[0])]
        client.clear([task_name(number << 32)])
        return results


def _group(name: str, task: BaseTask) -> Tuple[Group, List[bytes]]:
    """The policy of a task, and the templates of its recoveries, which stand behind its own."""
    recoveries = task.recoveries()
    numbered = [(place + 1, one.retry()) for place, one in enumerate(recoveries)]
    group = Group(name=name, retry=task.retry(), after=task.after(), recoveries=numbered)
    return group, [one.template() for one in recoveries]
