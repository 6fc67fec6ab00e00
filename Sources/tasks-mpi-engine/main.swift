import FarmMPI

// The stock engine of a pool: commands, Python tasks, and one collective function to try the pool with.
await MPIEngine.main(functions: [Barrier.self])
