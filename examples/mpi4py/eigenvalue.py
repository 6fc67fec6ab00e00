"""The largest eigenvalue of the Hilbert matrix, 1 / (i + j + 1), by power iteration.

The farm has set `comm`, an mpi4py communicator over exactly this task's ranks, and the parameter `n`.
"""
import math

rows = range(comm.rank, n, comm.size)
x = [1 / math.sqrt(n)] * n
eigenvalue, before, steps = 0.0, math.inf, 0
while abs(eigenvalue - before) > 1e-15 * eigenvalue and steps < 100:
    own = [sum(x[j] / (i + j + 1) for j in range(n)) for i in rows]
    y = [0.0] * n
    for rank, part in enumerate(comm.allgather(own)):
        y[rank::comm.size] = part
    before, eigenvalue = eigenvalue, math.sqrt(comm.allreduce(sum(value * value for value in own)))
    x = [value / eigenvalue for value in y]
    steps += 1
ranks = comm.size
