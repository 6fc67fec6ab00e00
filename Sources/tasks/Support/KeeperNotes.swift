import FarmLaunch
import FarmProcess
import FarmTransport
import Glibc
import Logging
import Synchronization

/// The keeper's own record, kept up to date while it runs; from any thread.
final class KeeperNotes: Sendable {
    private let path: String
    private let logger: Logger
    private let record = Mutex(KeeperRecord.own())
    private let directory: ProfileDirectory
    /// Which directory that was at the start.
    private let place: String

    /// - Throws: `CommandFailure` if it cannot be written.
    init(_ profile: ProfileDirectory, _ logger: Logger) throws {
        path = profile.launcherPath
        directory = profile
        place = Self.place(of: profile)
        self.logger = logger
        try record.withLock { try $0.write(to: path) }
    }

    /// What has changed with a unit of the launcher.
    func unit(_ unit: LaunchedUnit) {
        change {
            $0.units.removeAll { $0.name == unit.name }
            if unit.state != .left { $0.units.append(UnitNote(unit)) }
            $0.engines[unit.name] = nil
            guard !unit.state.isFinal, unit.pid > 0 else { return }
            var process = $0.process
            process.pid = unit.pid
            process.startTime = HostInfo.startTime(of: unit.pid) ?? 0
            $0.engines[unit.name] = process
        }
    }

    /// Why the controller does not start; nil when it has.
    func refusal(_ words: String?) { change { $0.refusal = words } }

    /// False once the profile was moved, removed or replaced, or has another keeper: then nothing in it is
    /// this one's any more.
    var isOwn: Bool {
        guard Self.place(of: directory) == place else { return false }
        guard let found = KeeperRecord(path: path)?.process, found != .own() else { return true }
        return !found.isAlive
    }

    private static func place(of profile: ProfileDirectory) -> String {
        var status = stat()
        return stat(profile.path, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
    }

    private func change(_ body: (inout KeeperRecord) -> Void) {
        record.withLock { record in
            body(&record)
            guard isOwn else { return }
            do { try record.write(to: path) } catch {
                logger.warning("what runs cannot be noted: \(Farewell.failure(error).message)")
            }
        }
    }

    func remove() { record.withLock { _ in if isOwn { unlink(path) } } }
}
