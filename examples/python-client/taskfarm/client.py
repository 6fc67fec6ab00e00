"""The names under which the original documentation has them: `from taskfarm import client`."""

from typing import Any

from . import *  # noqa: F401,F403
from . import MultiEngineClient, TaskClient
from . import __all__ as _names

__all__ = [*_names, "get_multiengine_client", "get_task_client"]


def get_multiengine_client(*args: Any, **kwargs: Any) -> MultiEngineClient:
    return MultiEngineClient(*args, **kwargs)


def get_task_client(*args: Any, **kwargs: Any) -> TaskClient:
    return TaskClient(*args, **kwargs)
