"""Capability files: where they are, what is in them, the grant of the hello (docs/protocol.md, "Grant")."""

from __future__ import annotations

import base64
import json
import os
import stat
import struct
from datetime import datetime, timezone
from pathlib import Path
from typing import List, Optional

from .errors import CapabilityError

ROLES = {
    "engine": 1,
    "task-client": 2,
    "multiengine-client": 3,
    "observer": 4,
    "launcher": 5,
    "admin": 6,
}
LIMIT_BYTES = 65_536


class Capability:
    """A capability file, read. Nothing of the secret is ever printed."""

    def __init__(self, path: str, values: dict) -> None:
        try:
            self.path = path
            self.role: str = values["role"]
            self.subject: str = values["subject"]
            self.endpoints: List[str] = list(values["endpoints"])
            self.controller_key: bytes = values["controller_key"].encode("ascii")
            self.public_key: bytes = values["public_key"].encode("ascii")
            self.secret_key: bytes = values["secret_key"].encode("ascii")
            self.expires = _seconds(values.get("expires"))
            self.grant = _grant(values, self.expires)
        except (KeyError, ValueError, TypeError, AttributeError, struct.error) as error:
            raise CapabilityError(f"{path} is no capability file ({error!r}); issue it again") from None

    def __repr__(self) -> str:
        return f"Capability({self.path!r}, role={self.role!r}, subject={self.subject!r})"


def find(role: str, capability: Optional[str] = None, profile: Optional[str] = None) -> str:
    """The path of the file to use: the one named, else `$TASKS_CAPABILITY` unless a profile is named, else
    the profile's file for the role. A profile is a name below `$TASKS_HOME` (`~/.tasks`), or a path with a
    slash."""
    if capability:
        return os.path.expanduser(capability)
    named = os.environ.get("TASKS_CAPABILITY")
    if profile is None and named:
        return named
    home = os.environ.get("TASKS_HOME") or os.path.expanduser("~/.tasks")
    profile = profile or "default"
    directory = profile if "/" in profile else f"{home}/{profile}"
    return f"{directory}/security/{role}.json"


def load(path: str) -> Capability:
    """Reads the file. Raises CapabilityError: missing, not private, not readable, expired."""
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            data = file.read(LIMIT_BYTES + 1)
    except FileNotFoundError:
        raise CapabilityError(
            f"no farm here: there is no capability file at {path}; start a farm with `tasks cluster start`, "
            "or name the file of one ($TASKS_CAPABILITY)"
        ) from None
    except OSError as error:
        raise CapabilityError(f"{path} cannot be read: {error.strerror}") from None
    if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise CapabilityError(f"{path} holds a secret: it must be yours and of mode 0600; chmod 600 it")
    try:
        values = json.loads(data) if len(data) <= LIMIT_BYTES else None
    except ValueError:
        values = None
    if not isinstance(values, dict) or values.get("format") != 1:
        raise CapabilityError(f"{path} is no capability file of format 1; issue it again")
    capability = Capability(path, values)
    if capability.expires is not None and capability.expires <= datetime.now(timezone.utc).timestamp():
        raise CapabilityError(f"{path} has expired ({values['expires']}); ask the farm's owner for another")
    return capability


def exists(path: str) -> bool:
    return Path(path).exists()


def _seconds(text: Optional[str]) -> Optional[int]:
    """`2027-01-01T00:00:00Z` in seconds since 1970."""
    if text is None:
        return None
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc).timestamp())


def _grant(values: dict, expires: Optional[int]) -> bytes:
    """The bytes that the controller has signed, and the signature: the grant of the hello."""
    grant = b"TFGRANT\x01"
    grant += struct.pack(
        "<BiBq", ROLES[values["role"]], values["priority_cap"], expires is not None, expires or 0
    )
    grant += _z85(values["controller_key"]) + _z85(values["public_key"])
    grant += bytes.fromhex(values["farm"]) + bytes.fromhex(values["serial"])
    grant += _short(values["subject"]) + bytes([len(values["endpoints"])])
    for endpoint in values["endpoints"]:
        grant += _short(endpoint)
    return grant + base64.b64decode(values["signature"], validate=True)


def _short(text: str) -> bytes:
    data = text.encode("utf-8")
    return bytes([len(data)]) + data


def _z85(text: str) -> bytes:
    from zmq.utils import z85

    data = z85.decode(text)
    if len(data) != 32:
        raise ValueError("a key has 32 bytes")
    return data
