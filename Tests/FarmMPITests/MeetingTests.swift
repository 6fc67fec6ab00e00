import Testing

@testable import FarmMPI

/// What needs no world.
@Suite struct MeetingTests {
    private func name(_ task: UInt64, _ attempt: UInt32 = 1) -> MeetingName {
        MeetingName(task: task, attempt: attempt, epoch: 7)
    }

    @Test func `a note comes back as it was written`() throws {
        var note = MeetingNote(
            .here, round: 3, MeetingName(task: 5 << 32 | 9, attempt: 2, epoch: .max),
            KeptCommunicators(name(4)))
        note.kept.add(KeptCommunicators(name(1)))
        let words = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: MeetingNote.count)
        defer { words.deallocate() }
        words.initialize(repeating: 0)
        #expect(MeetingNote(words) == nil, "no kind")
        note.write(to: words)
        let read = try #require(MeetingNote(words))
        #expect(read.kind == .here && read.round == 3 && read.name == note.name && read.kept == note.kept)
    }

    @Test func `ranks have the same communicator only if all keep one for the same attempt`() {
        var kept = KeptCommunicators(name(3))
        kept.add(KeptCommunicators(name(3)))
        #expect(kept.common == name(3))
        kept.add(KeptCommunicators(nil))
        #expect(kept.common == nil)
        var other = KeptCommunicators(name(3, 1))
        other.add(KeptCommunicators(name(3, 2)))
        #expect(other.common == nil)
        #expect(KeptCommunicators(nil).common == nil)
    }

    @Test func `parts are as equal as can be, and those of different lengths lie end to end`() throws {
        let even = PartLayout(dividing: 10, among: 4)
        #expect(even.counts == [3, 3, 2, 2] && even.starts == [0, 3, 6, 8])
        #expect(PartLayout(dividing: 1, among: 3).counts == [1, 0, 0])
        let layout = try PartLayout([2, 0, 1], .gather)
        #expect(layout.parts(of: [5, 6, 7]) == [[5, 6], [], [7]])
        let error = #expect(throws: MPIError.self) {
            try PartLayout([Int(Int32.max), 1], .gather)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test func `a grid knows its neighbours, beyond an end only where it is periodic`() {
        let grid = CartesianGrid(sizes: [2, 3], periodic: [false, true], rank: 5)
        #expect(grid.coordinates == [1, 2])
        #expect(grid.neighbor(axis: 0, by: 1) == nil && grid.neighbor(axis: 0, by: -1) == 2)
        #expect(grid.neighbor(axis: 1, by: 1) == 3 && grid.neighbor(axis: 1, by: -4) == 4)
        #expect(grid.neighbor(axis: 2, by: 1) == nil && grid.rank(at: [0]) == nil)
    }

    @Test func `what a rank does is said in words`() {
        let activity = Activity(rank: 1, size: 4)
        #expect(activity.words == "rank 1 of 4, in meeting the other ranks")
        activity.operation = .allReduce
        #expect(activity.words == "rank 1 of 4, in all-reduce")
        activity.operation = .none
        #expect(activity.words == "rank 1 of 4, in its own code")
    }
}
