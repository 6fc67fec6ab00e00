import COpenMPI

/// The ranks of a communicator once more, for messages that are none of the user's: a `receive` from anybody
/// must not catch them. Lives as long as the communicator, from one attempt to the next.
final class InnerRanks {
    /// Made when it is first needed.
    var handle: farm_comm?
    private var scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    /// Of more bytes the scratch memory is not kept.
    private static let mostKeptBytes = 4 << 20

    private var reductions = 0

    deinit { scratch.deallocate() }

    var scratchBytes: Int { scratch.count }

    /// Memory to receive into; it is the same the next time.
    func scratch<Scalar: MPIScalar>(_ type: Scalar.Type, count: Int) -> UnsafeMutableBufferPointer<Scalar> {
        let bytes = count * MemoryLayout<Scalar>.stride
        if scratch.count < bytes {
            scratch.deallocate()
            scratch = .allocate(byteCount: bytes, alignment: 64)
        }
        return UnsafeMutableRawBufferPointer(rebasing: scratch[..<bytes]).bindMemory(to: type)
    }

    /// Which part each rank begins with, beside its own number: another one each time, the same on all ranks.
    func nextShift(among size: Int) -> Int {
        defer { reductions &+= 1 }
        return reductions % size
    }

    /// Gives back what was much.
    func trim() {
        guard scratch.count > Self.mostKeptBytes else { return }
        scratch.deallocate()
        scratch = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
}
