"""Calls of MPI's that can be interrupted: they wait in Python, and enter MPI when all that they need is there.

A rank that waits in C for one that has raised could only be killed, and the pool with it. So an operation of all ranks begins
with a barrier that is polled, and a receive with a probe.
"""
import time

# Begun, and left by an interrupt: MPI may be at their memory still.
left = []

COLLECTIVE = """
Allgather allgather Allgatherv Allreduce allreduce Alltoall alltoall Alltoallv Alltoallw Bcast bcast Clone Create
Create_cart Create_dist_graph Create_dist_graph_adjacent Create_graph Dup Exscan exscan Gather gather Gatherv Reduce
reduce Reduce_scatter Reduce_scatter_block Scan scan Scatter scatter Scatterv Split Split_type
""".split()


def pause(begun):
    waited = time.monotonic() - begun
    # At first it looks again and again; then it sleeps, a sixteenth of what it has waited.
    if waited > 0.001:
        time.sleep(min(waited / 16, 0.001))


def poll(request, status=None):
    begun = time.monotonic()
    try:
        while not request.Test(status):
            pause(begun)
    except BaseException:
        left.append(request)
        raise


def guarded(module):
    """A class of communicators whose usual operations can be interrupted."""
    base = module.Intracomm
    any_source, any_tag = module.ANY_SOURCE, module.ANY_TAG

    def wait_for(comm, source, tag):
        begun = time.monotonic()
        while not base.Iprobe(comm, source, tag):
            pause(begun)

    def beside(request, receive):
        try:
            value = receive()
        except BaseException:
            left.append(request)
            raise
        poll(request)
        return value

    class Communicator(base):
        __doc__ = base.__doc__

        def Barrier(self):
            poll(base.Ibarrier(self))

        def barrier(self):
            poll(base.Ibarrier(self))

        def Send(self, buf, dest, tag=0):
            poll(base.Isend(self, buf, dest, tag))

        def Ssend(self, buf, dest, tag=0):
            poll(base.Issend(self, buf, dest, tag))

        def send(self, obj, dest, tag=0):
            poll(base.isend(self, obj, dest, tag))

        def ssend(self, obj, dest, tag=0):
            poll(base.issend(self, obj, dest, tag))

        def Probe(self, source=any_source, tag=any_tag, status=None):
            wait_for(self, source, tag)
            return base.Probe(self, source, tag, status)

        def probe(self, source=any_source, tag=any_tag, status=None):
            wait_for(self, source, tag)
            return base.probe(self, source, tag, status)

        def Recv(self, buf, source=any_source, tag=any_tag, status=None):
            wait_for(self, source, tag)
            return base.Recv(self, buf, source, tag, status)

        def recv(self, buf=None, source=any_source, tag=any_tag, status=None):
            wait_for(self, source, tag)
            return base.recv(self, buf, source, tag, status)

        def Sendrecv(
            self, sendbuf, dest, sendtag=0, recvbuf=None, source=any_source, recvtag=any_tag, status=None
        ):
            request = base.Isend(self, sendbuf, dest, sendtag)
            beside(request, lambda: self.Recv(recvbuf, source, recvtag, status))

        def sendrecv(
            self, sendobj, dest, sendtag=0, recvbuf=None, source=any_source, recvtag=any_tag, status=None
        ):
            request = base.isend(self, sendobj, dest, sendtag)
            return beside(request, lambda: self.recv(recvbuf, source, recvtag, status))

    def together(name):
        inside = getattr(base, name)

        def method(self, *arguments, **keywords):
            if self.Get_size() > 1:
                poll(base.Ibarrier(self))
            return inside(self, *arguments, **keywords)

        method.__name__, method.__doc__ = name, inside.__doc__
        return method

    for name in COLLECTIVE:
        if hasattr(base, name):
            setattr(Communicator, name, together(name))
    return Communicator
