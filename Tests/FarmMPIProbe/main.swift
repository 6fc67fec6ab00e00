import FarmMPI
import Foundation
import Glibc

// One rank of a small world, for the tests to look at communicators without a farm:
//   mpiexec -n 4 FarmMPIProbe CHECK
// Ends with 0 if the check holds on this rank, else with 1 and a line that says what does not.

let world = MPIWorld()
let seat: (rank: Int, size: Int)
do {
    let joined = try world.join()
    seat = (Int(joined.rank), Int(joined.size))
} catch {
    print("\(error.message)")
    exit(3)
}
// A rank that hangs takes the others along, and does not outlive the test.
alarm(60)

let checks: [String: @Sendable (Ranks) async throws -> Void] = [
    "messages": messages, "collective": collective, "parts": parts, "values": values, "split": split,
    "refused": refused, "unreceived": unreceived, "subsets": subsets, "again": again, "stopped": stopped,
    "alone": alone, "many": many, "leftovers": leftovers,
]
let name = CommandLine.arguments.dropFirst().first ?? ""
guard let check = checks[name] else {
    print("no check `\(name)`; there are \(checks.keys.sorted().joined(separator: ", "))")
    exit(2)
}
do {
    try await check(Ranks(world: world, rank: seat.rank, size: seat.size))
} catch {
    print("rank \(seat.rank): \(name): \(error)")
    exit(1)
}
world.leave()
