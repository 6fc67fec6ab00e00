import FarmMPI

await MPIEngine.main(functions: [Wave.self])
