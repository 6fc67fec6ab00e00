import FarmMPI
import Foundation

/// The wave equation on a square membrane that is held at its edges, each rank with a block of it.
///
/// Leapfrog in time, five points in space. At each step a rank needs the outermost points of its neighbours'
/// blocks: four exchanges. At the end rank 0 gathers the blocks and draws them.
struct Wave: CollectiveFunction {
    struct Input: Codable, Sendable {
        /// Points along each side, those on the edges not counted.
        var points: Int
        var steps: Int
        /// How it begins: `mode`, a standing wave, of which the right solution is known, or `drops`.
        var start: Start
        /// Where rank 0 puts the picture; none if it is not given.
        var picture: String?
    }

    enum Start: String, Codable, Sendable { case mode, drops }

    struct Output: Codable, Sendable {
        var ranks: Int
        /// Blocks along each side.
        var blocks: [Int]
        /// Of `mode`: the largest difference from the right solution. It is of the size of rounding errors, since
        /// the frequency of the equation as it is solved is known, too.
        var error: Double?
        /// The most that a point is above or below rest.
        var amplitude: Double
        /// Mean seconds of a step, with its exchanges.
        var stepSeconds: Double
    }

    static let name = "wave"
    /// Time steps per space step: 1/√2 is the most that is stable.
    private static let courant = 0.5

    func run(_ input: Input, _ ranks: Communicator, _ context: TaskContext) async throws -> Output {
        guard input.points > 0, input.steps > 0 else {
            throw WaveError("points \(input.points), steps \(input.steps): both have to be more than 0")
        }
        let grid = try ranks.grid([0, 0])
        var now = Membrane(points: input.points, grid: grid)
        guard now.rows > 0, now.columns > 0 else {
            throw WaveError("\(input.points) points a side are too few for \(grid.sizes) blocks")
        }
        let shape = StartingShape(input.start, points: input.points)
        now.fill(shape.height)
        // At rest at first: half a step by the same rule.
        try now.exchange(ranks)
        var before = now
        now.step(before: before, courant: Self.courant, isFirst: true)
        let begun = Communicator.wallTime
        for _ in 1..<max(input.steps, 2) {
            try context.checkCancellation()
            try now.exchange(ranks)
            let next = now.stepped(before: before, courant: Self.courant)
            before = now
            now = next
        }
        let stepSeconds = (Communicator.wallTime - begun) / Double(max(input.steps, 2) - 1)
        let own = now.difference(from: shape.heights(after: max(input.steps, 2), courant: Self.courant))
        let error = try ranks.allReduce(own ?? 0, .maximum)
        let amplitude = try ranks.allReduce(now.amplitude, .maximum)
        if let path = input.picture { try draw(now, amplitude, path, ranks) }
        return Output(
            ranks: ranks.size, blocks: grid.sizes, error: own == nil ? nil : error, amplitude: amplitude,
            stepSeconds: stepSeconds)
    }

    /// Rank 0 puts the blocks together and draws them.
    private func draw(
        _ membrane: Membrane, _ amplitude: Double, _ path: String, _ ranks: Communicator
    ) throws {
        let places = try ranks.gather(value: membrane.place)
        guard let all = try ranks.gather(membrane.inner), let places else { return }
        var picture = Picture(side: membrane.points)
        var start = 0
        for place in places {
            for row in 0..<place.rows {
                for column in 0..<place.columns {
                    let height = all[start + row * place.columns + column] / max(amplitude, 1e-12)
                    picture.set(place.firstRow + row, place.firstColumn + column, height)
                }
            }
            start += place.rows * place.columns
        }
        try Data(picture.png).write(to: URL(fileURLWithPath: path))
    }
}

struct WaveError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
