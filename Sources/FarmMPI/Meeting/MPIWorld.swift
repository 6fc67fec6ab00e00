import COpenMPI
package import FarmEngine
import Synchronization

/// What this process shares with the other ranks of its pool: MPI's world, and how attempts meet in it.
package final class MPIWorld: EngineWorld {
    /// The world of this process; nil unless it is a worker that `mpiexec` started.
    static var current: MPIWorld? { joined.withLock { $0 } }

    private static let joined = Mutex<MPIWorld?>(nil)

    private struct Shared {
        var desk: MeetingDesk?
        var cache = CommunicatorCache()
        var activities: [MeetingName: Activity] = [:]
    }

    private let shared = Mutex(Shared())
    let leftovers = Leftovers()

    package init() {}

    // MARK: The engine's side

    package func join() throws(EngineError) -> WorldSeat {
        do throws(MPIError) { return try joinWorld() } catch {
            throw EngineError(.cannotStart, error.message)
        }
    }

    private func joinWorld() throws(MPIError) -> WorldSeat {
        var isThreaded: Int32 = 0
        try Library.check(farm_mpi_init(&isThreaded), .meeting)
        guard isThreaded != 0 else {
            throw MPIError(
                .noThreads,
                "\(Library.version) does not let several threads call it (MPI_THREAD_MULTIPLE), which an "
                    + "engine does; use one that does, as Open MPI 4 or later")
        }
        let world = farm_mpi_world()
        var notes = farm_comm()
        try Library.check(farm_mpi_duplicate(world, &notes), .meeting)
        let desk = MeetingDesk(SharedCommunicator(value: notes))
        let (rank, size) = (Int(farm_mpi_rank(world)), Int(farm_mpi_size(world)))
        var key: [UInt8] = []
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<16 { key.append(UInt8.random(in: .min ... .max, using: &generator)) }
        // All of them are here: `MPI_Init` has waited for them.
        try Communicator(
            world, traffic: Traffic(size: size), activity: Activity(rank: rank, size: size)
        ).broadcast(&key)
        shared.withLock { $0.desk = desk }
        Self.joined.withLock { $0 = self }
        return WorldSeat(key: key, rank: UInt32(rank), size: UInt32(size))
    }

    package func activity(task: UInt64, attempt: UInt32) -> String? {
        shared.withLock { shared in
            shared.activities.first { $0.key.task == task && $0.key.attempt == attempt }?.value.words
        }
    }

    package var isWorn: Bool { leftovers.isTooMuch }

    package func leave() { _ = farm_mpi_finalize() }

    // MARK: Attempts

    /// Meets the other ranks of the attempt, runs `body` with a communicator over exactly them, and parts.
    package func together<Result: Sendable>(
        _ context: TaskContext, _ body: (Communicator) async throws -> Result
    ) async throws -> Result {
        let attempt = try enter(context)
        defer { forget(attempt.name) }
        do {
            let result = try await body(attempt.communicator)
            let isKept = try attempt.part(hasRoom: { reserve(attempt.ranks) })
            shared.withLock { shared in
                if isKept {
                    shared.cache.keep(
                        attempt.communicator.handle, attempt.communicator.inner,
                        madeFor: attempt.madeFor, attempt.ranks)
                } else if attempt.hasReserved {
                    shared.cache.release(attempt.ranks)
                }
            }
            attempt.clear(into: leftovers)
            return result
        } catch {
            if attempt.hasReserved { shared.withLock { $0.cache.release(attempt.ranks) } }
            attempt.giveUp()
            attempt.clear(into: leftovers)
            throw error
        }
    }

    private func reserve(_ ranks: [UInt32]) -> Bool { shared.withLock { $0.cache.reserve(ranks) } }

    private func forget(_ name: MeetingName) { shared.withLock { $0.activities[name] = nil } }

    private func enter(_ context: TaskContext) throws(MPIError) -> CollectiveAttempt {
        leftovers.reap()
        let name = MeetingName(task: context.taskNumber, attempt: context.attempt, epoch: context.epoch)
        let own = UInt32(farm_mpi_rank(farm_mpi_world()))
        // An ordinary task is a gang of one.
        let ranks = context.poolRanks.isEmpty ? [own] : context.poolRanks.map { UInt32($0) }
        let activity = Activity(rank: context.rank, size: ranks.count)
        let desk = shared.withLock { shared in
            shared.activities[name] = activity
            return shared.desk
        }
        do throws(MPIError) {
            guard let desk else { throw MPIError(.noWorld, "the engine has not joined its MPI world") }
            let meeting = Meeting(name: name, ranks: ranks, rank: context.rank, desk: desk)
            let own = shared.withLock { $0.cache.madeFor(ranks) }
            let kept = try meeting.gather(own)
            activity.operation = .none
            let (handle, inner, madeFor) = try communicator(ranks, kept, name)
            return CollectiveAttempt(
                name: name, ranks: ranks, madeFor: madeFor, handle: handle, inner: inner,
                activity: activity)
        } catch {
            forget(name)
            throw error
        }
    }

    /// That which all ranks have kept, or a new one.
    private func communicator(
        _ ranks: [UInt32], _ kept: KeptCommunicators, _ name: MeetingName
    ) throws(MPIError) -> (farm_comm, InnerRanks, madeFor: MeetingName) {
        nonisolated(unsafe) let own = shared.withLock { shared in
            SharedOptional(shared.cache.take(ranks))
        }.value
        if let own, let common = kept.common { return (own.handle, own.inner, common) }
        // Another rank has lost its own: nobody uses it again.
        if let own {
            leftovers.countCommunicator()
            if own.inner.handle != nil { leftovers.countCommunicator() }
        }
        var made = farm_mpi_none()
        let members = ranks.map { Int32($0) }
        try Library.check(
            farm_mpi_create_group(farm_mpi_world(), members, Int32(members.count), name.tag, &made), .meeting)
        return (made, InnerRanks(), name)
    }

    private struct SharedOptional: @unchecked Sendable {
        let value: (handle: farm_comm, inner: InnerRanks)?
        init(_ value: (handle: farm_comm, inner: InnerRanks)?) { self.value = value }
    }
}
