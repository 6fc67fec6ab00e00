import COpenMPI
import Synchronization

/// Sends and takes in the notes by which ranks meet, over a communicator of their own.
///
/// Notes come in any order, for attempts that this rank has not begun yet, too: those are kept. Whoever waits
/// drives it by ``turn()``.
final class MeetingDesk: Sendable {
    private static let tag: Int32 = 0
    /// So many attempts are remembered whose notes are not wanted any more.
    private static let mostAbandoned = 1_024

    private struct Place: Hashable {
        var round: UInt32
        var from: UInt32
    }

    /// A note on its way, and its bytes.
    private struct Outgoing {
        var request: farm_request
        var words: UnsafeMutableBufferPointer<UInt64>
        var name: MeetingName
    }

    private struct State: @unchecked Sendable {
        var arrived: [MeetingName: [Place: MeetingNote]] = [:]
        var outgoing: [Outgoing] = []
        var abandoned: Set<MeetingName> = []
        /// The same, oldest first.
        var abandonedInOrder: [MeetingName] = []
    }

    private let handle: SharedCommunicator
    private let state = Mutex(State())

    init(_ handle: SharedCommunicator) { self.handle = handle }

    /// Sends a note; it is under way until ``areSent(_:)``.
    func send(_ note: MeetingNote, to rank: UInt32) throws(MPIError) {
        let code = state.withLock { state in
            let words = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: MeetingNote.count)
            note.write(to: words)
            var request = farm_mpi_no_request()
            // Synchronous: done when it has been taken, so that it needs nothing more of this rank, which may
            // go on to compute for an hour without a call of MPI.
            let code = farm_mpi_issend(
                words.baseAddress, Int32(MeetingNote.count), Int32(FARM_MPI_INT64), Int32(rank),
                Self.tag, handle.value, &request)
            guard code == MPI_SUCCESS else {
                words.deallocate()
                return code
            }
            state.outgoing.append(Outgoing(request: request, words: words, name: note.name))
            return code
        }
        try Library.check(code, .meeting)
    }

    /// Takes in what has come, and looks after what is under way.
    func turn() throws(MPIError) {
        let code = state.withLock { state in
            Self.reap(&state)
            return receive(&state)
        }
        try Library.check(code, .meeting)
    }

    /// The note of that rank and round, if it has come; it is gone then.
    func take(_ name: MeetingName, round: UInt32, from rank: UInt32) -> MeetingNote? {
        state.withLock { $0.arrived[name]?.removeValue(forKey: Place(round: round, from: rank)) }
    }

    /// Whether all notes of the meeting that were sent have been taken.
    func areSent(_ name: MeetingName) -> Bool {
        state.withLock { state in !state.outgoing.contains { $0.name == name } }
    }

    /// The meeting has come about: nothing more of it is expected.
    func close(_ name: MeetingName) { state.withLock { $0.arrived[name] = nil } }

    /// The meeting is given up here: what comes of it from now on is dropped.
    func abandon(_ name: MeetingName) {
        state.withLock { state in
            state.arrived[name] = nil
            guard state.abandoned.insert(name).inserted else { return }
            state.abandonedInOrder.append(name)
            if state.abandonedInOrder.count > Self.mostAbandoned {
                state.abandoned.remove(state.abandonedInOrder.removeFirst())
            }
        }
    }

    /// Attempts of which notes are kept.
    var heldCount: Int { state.withLock { $0.arrived.count } }

    private static func reap(_ state: inout State) {
        for index in state.outgoing.indices.reversed() {
            var isDone: Int32 = 0
            var status = farm_status()
            let code = farm_mpi_test(&state.outgoing[index].request, &isDone, &status)
            guard code != MPI_SUCCESS || isDone != 0 else { continue }
            state.outgoing[index].words.deallocate()
            state.outgoing.remove(at: index)
        }
    }

    private func receive(_ state: inout State) -> Int32 {
        while true {
            var isThere: Int32 = 0
            var message = farm_message()
            var status = farm_status()
            var code = farm_mpi_improbe(
                Int32(FARM_MPI_ANY), Self.tag, handle.value, &isThere, &message, &status)
            guard code == MPI_SUCCESS, isThere != 0 else { return code }
            let note = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: MeetingNote.count) {
                words -> MeetingNote? in
                var request = farm_mpi_no_request()
                code = farm_mpi_imrecv(
                    words.baseAddress, Int32(MeetingNote.count), Int32(FARM_MPI_INT64), &message,
                    &request)
                // It is short and has come: this does not wait for anybody.
                var isDone: Int32 = 0
                while code == MPI_SUCCESS, isDone == 0 { code = farm_mpi_test(&request, &isDone, &status) }
                return code == MPI_SUCCESS ? MeetingNote(words) : nil
            }
            guard code == MPI_SUCCESS else { return code }
            if let note { Self.file(note, from: UInt32(clamping: status.source), in: &state) }
        }
    }

    private static func file(_ note: MeetingNote, from rank: UInt32, in state: inout State) {
        switch note.kind {
        case .here:
            guard !state.abandoned.contains(note.name) else { return }
            state.arrived[note.name, default: [:]][Place(round: note.round, from: rank)] = note
        case .withdrawn:
            guard var notes = state.arrived[note.name] else { return }
            notes = notes.filter { $0.key.from != rank }
            state.arrived[note.name] = notes.isEmpty ? nil : notes
        }
    }
}
