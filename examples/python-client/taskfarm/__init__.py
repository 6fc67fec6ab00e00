"""A thin client of a task farm, over its documented protocol.

from taskfarm import client
mec = client.MultiEngineClient()
mec.execute('print("Hello World")')
"""

from .errors import (
    CapabilityError,
    Closed,
    CompositeError,
    EngineLost,
    FarmError,
    InvalidEngineID,
    KeyRefused,
    Lost,
    NoController,
    NoEnginesRegistered,
    NotAPendingResult,
    QueueCleared,
    Refused,
    RemoteError,
    TaskAborted,
    TaskRejectError,
    UnencodableValue,
    UnknownTask,
    WireError,
    WrongController,
)
from .multiengine import MultiEngineClient
from .results import PendingResult, ResultList
from .taskclient import TaskClient
from .taskresult import TaskResult
from .tasks import CommandTask, MapTask, StringTask

__all__ = [
    "CapabilityError",
    "Closed",
    "CommandTask",
    "CompositeError",
    "EngineLost",
    "FarmError",
    "InvalidEngineID",
    "KeyRefused",
    "Lost",
    "MapTask",
    "MultiEngineClient",
    "NoController",
    "NoEnginesRegistered",
    "NotAPendingResult",
    "PendingResult",
    "QueueCleared",
    "Refused",
    "RemoteError",
    "ResultList",
    "StringTask",
    "TaskAborted",
    "TaskClient",
    "TaskRejectError",
    "TaskResult",
    "UnencodableValue",
    "UnknownTask",
    "WireError",
    "WrongController",
]
