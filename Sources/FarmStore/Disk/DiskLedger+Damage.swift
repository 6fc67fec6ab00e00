import Glibc

extension DiskLedger {
    /// The ledger cannot be gone on with: what it holds is damaged.
    public var damage: LedgerError? {
        let failure = writer.trouble
        if failure?.code == .damaged { return failure }
        return readFailure?.code == .damaged ? readFailure : nil
    }

    /// Renames the directory with the damaged ledger; its new name, or nil if it is not there.
    public static func setAside(_ directory: String) throws(LedgerError) -> String? {
        guard LedgerFiles(directory: directory).exists else { return nil }
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        var name = [CChar](repeating: 0, count: 32)
        strftime(&name, name.count, "%Y%m%dT%H%M%SZ", &parts)
        let moment = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        var aside = "\(directory).damaged-\(moment)"
        var number = 1
        while access(aside, F_OK) == 0 {
            number += 1
            aside = "\(directory).damaged-\(moment)-\(number)"
        }
        guard rename(directory, aside) == 0 else {
            throw LedgerError(
                .unusable, "cannot rename \(directory) to \(aside): \(String(cString: strerror(errno)))")
        }
        return aside
    }
}
