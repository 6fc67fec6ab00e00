import CSystem
import Glibc
import Synchronization

/// A small file beside the ledger that says how far it goes: written after each commit and never synced, so
/// it is not ahead of the ledger unless the ledger has lost its end – which SQLite itself, by design, takes
/// for a transaction that was never finished.
///
/// 28 bytes, little-endian: u32 magic, which says whether commits were synced · i64 commits · 12 bytes of the
/// boot's id · u32 CRC-32C.
final class LedgerTail: Sendable {
    static let size = 28
    private static let syncedMagic: UInt32 = 0x4C46_5431
    private static let unsyncedMagic: UInt32 = 0x4C46_5432
    private let file: Int32
    private let boot: [UInt8]
    private let isClosed = Atomic(false)

    /// Nil if it cannot be opened: then nothing is checked.
    init?(_ path: String, bootID: String, isReadOnly: Bool = false) {
        file = open(path, (isReadOnly ? O_RDONLY : O_RDWR | O_CREAT) | O_CLOEXEC, 0o600)
        guard file >= 0 else { return nil }
        boot = Array((bootID.utf8 + [UInt8](repeating: 0, count: 12)).prefix(12))
    }

    /// Gives the file back, so that it is known when. Nothing is written or read after it.
    func close() {
        if !isClosed.exchange(true, ordering: .acquiringAndReleasing) { Glibc.close(file) }
    }

    deinit { close() }

    func write(_ commits: Int64, areSynced: Bool) {
        var bytes: [UInt8] = []
        let magic = areSynced ? Self.syncedMagic : Self.unsyncedMagic
        withUnsafeBytes(of: magic.littleEndian) { bytes += $0 }
        withUnsafeBytes(of: commits.littleEndian) { bytes += $0 }
        bytes += boot
        withUnsafeBytes(of: farm_crc32c(0, bytes, bytes.count).littleEndian) { bytes += $0 }
        _ = pwrite(file, bytes, bytes.count, 0)
    }

    /// Why the note in the file `tail` does not tell whether a ledger of so many commits has its end; nil if
    /// it does.
    static func silence(of tail: String, noted: Int64?, commits: Int64) -> String? {
        guard let noted else {
            guard commits > 0 else { return nil }
            return "\(tail) is missing or says nothing: the end of the ledger was not checked"
        }
        // Between a commit and its note the process may have been killed.
        guard noted < commits - 1 else { return nil }
        return
            "\(tail) is older than the ledger, of commit \(noted) where there are \(commits): the end of the ledger"
            + " was not checked"
    }

    /// Without a sync at each commit a loss of power may take the last of them: that was the bargain.
    static func lostWithPower(_ database: String, noted: Int64, commits: Int64) -> String {
        "\(database) holds \(commits) commits, but there were \(noted): the last were lost with the power, as they"
            + " were not synced"
    }

    /// How many transactions were committed, and whether the last of them is there for certain: it was
    /// synced, or made since this machine's last start. Nil if nothing is known.
    func read() -> (commits: Int64, isCertain: Bool)? {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        guard pread(file, &bytes, Self.size, 0) == Self.size else { return nil }
        return bytes.withUnsafeBytes { raw in
            func word<T: FixedWidthInteger>(_ offset: Int, _: T.Type) -> T {
                T(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: T.self))
            }
            let magic = word(0, UInt32.self)
            guard magic == Self.syncedMagic || magic == Self.unsyncedMagic,
                word(24, UInt32.self) == farm_crc32c(0, raw.baseAddress, 24)
            else { return nil }
            return (word(4, Int64.self), magic == Self.syncedMagic || Array(raw[12..<24]) == boot)
        }
    }
}
