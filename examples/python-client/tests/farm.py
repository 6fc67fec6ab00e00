"""What the live tests do with a farm: `$TASKS` is the command, `$TASKS_HOME` where its profiles are."""

import os
import signal
import subprocess
import time

HOME = os.environ["TASKS_HOME"]


def tasks(*arguments, code=0):
    """Runs the command and gives what it printed."""
    ended = subprocess.run([os.environ["TASKS"], *arguments], capture_output=True, text=True, timeout=60)
    assert ended.returncode == code, (
        f"tasks {' '.join(arguments)}: {ended.returncode} {ended.stdout} {ended.stderr}"
    )
    return ended.stdout


def capability(role, profile="default"):
    return f"{HOME}/{profile}/security/{role}.json"


def controller(profile="default"):
    """The pid of the controller."""
    with open(f"{HOME}/{profile}/controller.lock") as file:
        return int(dict(line.split("=", 1) for line in file.read().split())["pid"])


def kill_controller(profile="default"):
    pid = controller(profile)
    os.kill(pid, signal.SIGKILL)
    return pid


def start(*arguments):
    """Starts the command and leaves it running; end it with `stop`."""
    return subprocess.Popen(
        [os.environ["TASKS"], *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def stop(process):
    process.terminate()
    process.wait(30)


def eventually(ready, what, seconds=30):
    """Asks again until it is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.02)
    raise AssertionError(f"after {seconds} s still not: {what}")
