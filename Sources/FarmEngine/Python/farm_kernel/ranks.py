"""A kernel that is a rank of MPI's world: how tasks of several ranks meet, and the communicator that they get.

Tasks begin at different moments on different ranks, and some never do, since they were cancelled in the queue. So nobody
enters a call of MPI's that waits for others before it is known that they are there (docs/decisions/0023).
"""
import contextlib
import os
import sys
import time
import zlib

from .cells import namespace
from .rank_calls import guarded, poll
from .values import Refusal

# What `--mpi=NAME` runs at the kernel's start, unless the profile has a `mpi/NAME.py`.
SNIPPETS = {
    "mpi4py": "from mpi4py import MPI\n",
    "pytrilinos": "from mpi4py import MPI\nfrom PyTrilinos import Epetra\n",
}
MISSING, FAILED = 88, 89
# How long a rank that is told to stop still waits for others on their way: they go through the door together.
LINGER = 0.5
# So many communicators may have been given up.
WORN = 4096

HERE, WITHDRAWN = 1, 2
TAG = 0


class World:
    """What the kernel shares with the other ranks of its pool."""

    def __init__(self, module):
        self.mpi = module
        self.world = module.COMM_WORLD
        self.communicator = guarded(module)
        # Collective: all ranks start their kernels.
        self.pool = self.communicator(self.world.Dup())
        self.own = self.communicator(module.COMM_SELF.Dup())
        self.desk = Desk(module, self.world.Dup())
        self.given_up = 0

    def meet(self, gang):
        """The communicator over exactly the ranks of an attempt, once all of them are there."""
        name, members = tuple(gang["name"]), gang["ranks"]
        # Told to stop in the middle of it is a mark, not an exception.
        interrupts.is_running = False
        try:
            if not self.desk.gather(name, members, gang["rank"], lambda: interrupts.is_pending):
                interrupts.is_pending = False
                raise KeyboardInterrupt(
                    "told to stop before all of the %d ranks of the task had come" % len(members))
            group = self.world.Get_group().Incl(members)
            made = self.world.Create_group(group, zlib.crc32(repr(name).encode()) & 0x7FFF)
            group.Free()
        finally:
            interrupts.is_running = True
        comm = self.communicator(made)
        if interrupts.is_pending:
            interrupts.is_pending = False
            self.given_up += 1
            raise KeyboardInterrupt
        return comm

    def part(self, comm):
        """All ranks have done their work well: whoever has left a message behind is told, and all let go."""
        poll(comm.Ibarrier())
        status = self.mpi.Status()
        if comm.Iprobe(self.mpi.ANY_SOURCE, self.mpi.ANY_TAG, status):
            raise Refusal(
                "UnreceivedMessage",
                "a message was left unreceived by rank %d (from rank %d, tag %d); receive all that is sent"
                % (comm.Get_rank(), status.Get_source(), status.Get_tag()))
        comm.Free()


class Desk:
    """Sends and takes in the notes by which ranks meet, over a communicator of their own.

    By dissemination (Hensgen, Finkel and Manber 1988): in round i each rank tells the rank 2^i further on that it is there,
    and hears the one 2^i before.
    """

    def __init__(self, module, comm):
        self.mpi = module
        self.comm = comm
        self.arrived = {}
        self.abandoned = {}
        self.outgoing = []

    def gather(self, name, members, rank, is_stopped):
        """Whether all have come; if not, the others are told that this rank does not."""
        stopped = []
        count, turn = len(members), 0
        while 1 << turn < count:
            step = 1 << turn
            self.send((HERE, turn, name), members[(rank + step) % count])
            place = (turn, members[(rank - step) % count])
            if not self.wait(lambda: self.take(name, place), is_stopped, stopped):
                return self.withdraw(name, members, rank, turn)
            turn += 1
        if not self.wait(lambda: not self.outgoing, is_stopped, stopped):
            return self.withdraw(name, members, rank, turn - 1)
        self.arrived.pop(name, None)
        return True

    def withdraw(self, name, members, rank, told):
        self.arrived.pop(name, None)
        self.abandoned[name] = True
        while len(self.abandoned) > 1024:
            del self.abandoned[next(iter(self.abandoned))]
        for turn in range(told + 1):
            self.send((WITHDRAWN, turn, name), members[(rank + (1 << turn)) % len(members)])
        return False

    def send(self, note, rank):
        # Synchronous: done when it has been taken, so that it needs nothing more of this rank.
        self.outgoing.append(self.comm.issend(note, rank, TAG))

    def take(self, name, place):
        return self.arrived.get(name, {}).pop(place, False)

    def wait(self, is_done, is_stopped, stopped):
        begun = time.monotonic()
        while True:
            self.turn()
            if is_done():
                return True
            now = time.monotonic()
            if is_stopped():
                if not stopped:
                    stopped.append(now)
                if now - stopped[0] > LINGER:
                    return False
            if now - begun > 0.001:
                time.sleep(min((now - begun) / 16, 0.001))

    def turn(self):
        self.outgoing = [request for request in self.outgoing if not request.Test()]
        while True:
            status = self.mpi.Status()
            message = self.comm.improbe(self.mpi.ANY_SOURCE, TAG, status)
            if message is None:
                return
            kind, turn, name = message.recv()
            if kind == HERE:
                if name not in self.abandoned:
                    self.arrived.setdefault(name, {})[turn, status.Get_source()] = True
            elif name in self.arrived:
                sender = status.Get_source()
                self.arrived[name] = {place: True for place in self.arrived[name] if place[1] != sender}


world = None
# The kernel's, which says what an interrupt does.
interrupts = None


def join(name, path):
    """Runs the start-up snippet, which makes this process a rank, and says which."""
    global world
    try:
        if path:
            with open(path, "rb") as file:
                exec(compile(file.read(), path, "exec", dont_inherit=True), namespace)
        else:
            exec(compile(SNIPPETS[name], "<--mpi=%s>" % name, "exec", dont_inherit=True), namespace)
        from mpi4py import MPI
    except ImportError as error:
        sys.stderr.write("%s: %s" % (sys.executable, error))
        sys.stderr.flush()
        os._exit(MISSING)
    except BaseException:
        import traceback
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(FAILED)
    if not MPI.Is_initialized():
        MPI.Init_thread()
    key = MPI.COMM_WORLD.bcast(os.urandom(16).hex())
    facts = {"rank": MPI.COMM_WORLD.Get_rank(), "size": MPI.COMM_WORLD.Get_size(), "key": key}
    world = World(MPI)
    show(world.pool)
    return facts


def show(comm):
    namespace["comm"] = comm


def restore():
    """After the namespace was cleared, or a task has had another: what interactive work sees is the whole pool."""
    if world is not None:
        show(world.pool)


def hides(value):
    """Whether a value of the namespace is ours rather than the user's."""
    return world is not None and isinstance(value, world.communicator)


@contextlib.contextmanager
def together(fields):
    """Lets code have `comm` over exactly its task's ranks: of a lane all of the pool, without others this one alone."""
    if world is None or fields.get("pool"):
        yield
        return
    gang = fields.get("gang")
    if gang is None:
        show(world.own)
        try:
            yield
        finally:
            restore()
        return
    comm, process = world.meet(gang), os.getpid()
    show(comm)
    ended = None
    try:
        try:
            yield
        except SystemExit as error:
            if error.code not in (None, 0) or os.getpid() != process:
                raise
            ended = error
        world.part(comm)
    except BaseException:
        # Neither used nor freed any more, since not all ranks would.
        world.given_up += 1
        raise
    finally:
        restore()
    if ended is not None:
        raise ended


def is_worn():
    return world is not None and world.given_up >= WORN


def leave():
    """In good order: waits for the other ranks."""
    world.mpi.Finalize()
