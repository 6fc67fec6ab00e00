// What MPI itself takes, in C, for the figures of collective tasks to stand beside.
//   mpiexec -n K ceiling-mpi allreduce COUNT TIMES   microseconds an all-reduce of COUNT doubles: the median
//   mpiexec -n K ceiling-mpi barrier                 one barrier: a task that is a program of its own
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS) return 1;
    int rank = 0, size = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc == 2 && strcmp(argv[1], "barrier") == 0) {
        MPI_Barrier(MPI_COMM_WORLD);
    } else if (argc == 4 && strcmp(argv[1], "allreduce") == 0) {
        int count = atoi(argv[2]), times = atoi(argv[3]);
        double *values = malloc(sizeof(double) * (size_t)count);
        double *taken = malloc(sizeof(double) * (size_t)times);
        if (values == NULL || taken == NULL || times < 1) return 2;
        for (int i = 0; i < count; i++) values[i] = 0.0;
        for (int i = 0; i < times; i++) {
            MPI_Barrier(MPI_COMM_WORLD);
            double start = MPI_Wtime();
            MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
            taken[i] = MPI_Wtime() - start;
        }
        qsort(taken, (size_t)times, sizeof(double), by_value);
        if (rank == 0) printf("{\"microseconds\": %.3f}\n", taken[times / 2] * 1e6);
    } else {
        if (rank == 0) fprintf(stderr, "usage: ceiling-mpi allreduce COUNT TIMES | ceiling-mpi barrier\n");
        MPI_Finalize();
        return 2;
    }
    MPI_Finalize();
    return 0;
}
