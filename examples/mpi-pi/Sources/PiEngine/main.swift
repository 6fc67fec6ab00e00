import FarmMPI

/// π by the midpoint rule: the area under 4 / (1 + x²) between 0 and 1, in so many strips. Each rank sums
/// every k-th of them, and an all-reduce puts the sums together.
struct Pi: CollectiveFunction {
    struct Input: Codable, Sendable {
        var strips: Int
    }

    struct Output: Codable, Sendable {
        var pi: Double
        var error: Double
        var ranks: Int
    }

    static let name = "pi"

    func run(_ input: Input, _ ranks: Communicator, _ context: TaskContext) async throws -> Output {
        let width = 1 / Double(input.strips)
        var sum = 0.0
        for strip in stride(from: ranks.rank, to: input.strips, by: ranks.size) {
            let x = (Double(strip) + 0.5) * width
            sum += 4 / (1 + x * x)
        }
        let pi = try ranks.allReduce(sum * width, .sum)
        return Output(pi: pi, error: abs(pi - .pi), ranks: ranks.size)
    }
}

await MPIEngine.main(functions: [Pi.self])
