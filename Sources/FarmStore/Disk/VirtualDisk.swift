public import FarmCore

/// A disk under virtual time for simulations: the real ledger over a database in memory. What is written
/// becomes safe some time later, in order; a crash loses the rest.
public final class VirtualDisk: LedgerWriter {
    private let database: LedgerDatabase
    private let memoryLimitBytes: Int
    private let delay: () -> Int64
    private var waiting: [(chunk: LedgerChunk, due: Instant)] = []
    public private(set) var committed: UInt64 = 0
    /// The time, to be set before anything is asked of the disk or its ledger.
    public var now = Instant.zero
    /// There is no room: nothing becomes safe.
    public var isFull = false

    /// - Parameters:
    ///   - memoryLimitBytes: of outcome entries that the ledger keeps in memory as well.
    ///   - delay: draws the nanoseconds until a chunk is safe.
    /// - Throws: `LedgerError` if SQLite cannot be used.
    public init(memoryLimitBytes: Int, delay: @escaping () -> Int64) throws(LedgerError) {
        database = try LedgerDatabase()
        self.memoryLimitBytes = memoryLimitBytes
        self.delay = delay
    }

    /// The ledger that is on the disk, for a controller that begins.
    public func open() throws(LedgerError) -> DiskLedger {
        try DiskLedger(database, self, memoryLimitBytes)
    }

    public var trouble: LedgerError? {
        isFull ? LedgerError(.unusable, "the virtual disk is full") : nil
    }

    public func write(_ chunk: LedgerChunk) {
        waiting.append((chunk, max(now + delay(), waiting.last?.due ?? .zero)))
        settle()
    }

    /// When the next chunk becomes safe.
    public var nextDue: Instant { isFull ? .never : waiting.first?.due ?? .never }
    /// Nothing is on its way to the disk.
    public var isSettled: Bool { waiting.isEmpty }

    /// The disk has got so far.
    public func settle() {
        guard !isFull else { return }
        while let first = waiting.first, first.due <= now { store(first.chunk) }
    }

    private func store(_ chunk: LedgerChunk) {
        do { try database.write([chunk]) } catch { fatalError("the virtual disk: \(error)") }
        committed = chunk.number
        waiting.removeFirst()
    }

    public func flush() -> Bool {
        while !isFull, let first = waiting.first { store(first.chunk) }
        return waiting.isEmpty
    }

    /// Power is gone: only what is safe is left.
    public func crash() { waiting = [] }
}
