import FarmMPI

/// All-reduces so many doubles so often, as `ceiling-mpi allreduce` does; its value is the median time in
/// microseconds.
struct AllReduceTime: CollectiveFunction {
    struct Order: Codable, Sendable {
        var count: Int
        var times: Int
    }

    static let name = "all-reduce-time"

    func run(_ order: Order, _ ranks: Communicator, _ context: TaskContext) async throws -> Double {
        var values = [Double](repeating: 0, count: order.count)
        var taken: [Double] = []
        for _ in 0..<order.times {
            try ranks.barrier()
            let start = Communicator.wallTime
            try ranks.allReduce(&values, .sum)
            taken.append(Communicator.wallTime - start)
        }
        taken.sort()
        return taken[taken.count / 2] * 1e6
    }
}

await MPIEngine.main(functions: [Barrier.self, AllReduceTime.self])
