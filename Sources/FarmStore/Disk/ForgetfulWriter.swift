import FarmCore

/// Writes nothing: for a ledger that is only looked at.
final class ForgetfulWriter: LedgerWriter {
    private(set) var committed: UInt64 = 0
    var trouble: LedgerError? { nil }
    func write(_ chunk: LedgerChunk) { committed = chunk.number }
    func flush() -> Bool { true }
}
