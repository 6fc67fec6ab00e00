import FarmMPI

/// What does not hold.
struct Broken: Error, CustomStringConvertible { var description: String }

/// Throws unless the two are equal.
func equal<Value: Equatable>(
    _ found: @autoclosure () throws -> Value, _ wanted: Value, line: Int = #line
) throws {
    let found = try found()
    guard found == wanted else {
        throw Broken(description: "line \(line): found \(found), wanted \(wanted)")
    }
}

/// Throws unless the call throws an error of MPI's with this code.
func fails(
    _ code: MPIError.Code, saying words: String = "", line: Int = #line, _ call: () async throws -> Void
) async throws {
    do { try await call() } catch let error as MPIError {
        guard error.code == code, error.message.contains(words) else {
            throw Broken(description: "line \(line): \(error.code), “\(error.message)”")
        }
        return
    }
    throw Broken(description: "line \(line): nothing was thrown")
}

/// The world, and attempts at tasks in it as an engine would begin them.
struct Ranks: Sendable {
    let world: MPIWorld
    let rank: Int
    let size: Int

    /// A context as that of an attempt on these ranks of the pool.
    func context(_ index: Int, on members: [Int]) -> TaskContext {
        TaskContext(
            index: UInt32(index), rank: members.firstIndex(of: rank) ?? 0, poolRanks: members)
    }

    /// Runs `body` as an attempt at the task of this number on all ranks, or those named.
    func attempt<Result: Sendable>(
        _ index: Int = 0, on members: [Int]? = nil, _ body: (Communicator) async throws -> Result
    ) async throws -> Result {
        let members = members ?? Array(0..<size)
        return try await world.together(context(index, on: members), body)
    }
}
