import FarmProcess
import Foundation

/// A file that says which process has a part in a profile: `host=`, `pid=`, `start=`, `boot=` and
/// `directory=` lines, as the controller's lock has them too.
struct ProcessRecord: Equatable {
    var host: String
    var pid: Int32
    var startTime: UInt64
    var bootID: String

    /// Of this process.
    static func own() -> ProcessRecord {
        let pid = getpid()
        return ProcessRecord(
            host: HostInfo.hostname, pid: pid, startTime: HostInfo.startTime(of: pid) ?? 0,
            bootID: HostInfo.bootID)
    }

    init(host: String, pid: Int32, startTime: UInt64, bootID: String) {
        self.host = host
        self.pid = pid
        self.startTime = startTime
        self.bootID = bootID
    }

    /// Nil if the file is missing, empty, or none.
    init?(path: String) {
        let fields = Dictionary(Self.lines(of: path)) { first, _ in first }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 0 else { return nil }
        self.init(
            host: String(fields["host"] ?? ""), pid: pid,
            startTime: fields["start"].flatMap { UInt64($0) } ?? 0,
            bootID: String(fields["boot"] ?? ""))
        // It came here with a copy of its directory, and is of another profile's process. Another host, or
        // this one after a restart, may number directories otherwise.
        if isHere, bootID == HostInfo.bootID, let other = fields["directory"], other != Self.directory(path) {
            return nil
        }
    }

    /// The `key=value` lines of a file; none if it is missing.
    static func lines(of path: String) -> [(Substring, Substring)] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return String(decoding: data.prefix(1 << 20), as: UTF8.self).split(separator: "\n").compactMap {
            let parts = $0.split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
    }

    /// Which directory the file is in, as the controller's lock has it.
    private static func directory(_ path: String) -> String {
        var status = stat()
        let parent = (path as NSString).deletingLastPathComponent
        return stat(parent, &status) == 0 ? "\(status.st_dev):\(status.st_ino)" : ""
    }

    /// As it stands in the file at `path`.
    func text(in path: String) -> String {
        "host=\(host)\npid=\(pid)\nstart=\(startTime)\nboot=\(bootID)\ndirectory=\(Self.directory(path))\n"
    }

    /// Writes a record, readable by its owner only.
    static func write(_ text: String, to path: String) throws {
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            throw CommandFailure(.refused, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Whether it is of this machine; of another one nothing is known.
    var isHere: Bool { host.isEmpty || host == HostInfo.hostname }

    /// Whether exactly that process runs here.
    var isAlive: Bool {
        isHere && (bootID.isEmpty || bootID == HostInfo.bootID)
            && HostInfo.isAlive(pid: pid, startTime: startTime)
    }

    /// Whether it stands still, by SIGSTOP or Ctrl-Z.
    var isStopped: Bool { isAlive && HostInfo.isStopped(pid: pid) }

    /// Sends it a signal, if it is still the one.
    func signal(_ number: Int32) { if isAlive { kill(pid, number) } }

    /// Waits until it is gone. It is nobody's child here, so there is nothing that could be waited on.
    func waitUntilGone(seconds: Double) -> Bool {
        let end = MonotonicClock.nanoseconds() + UInt64(min(seconds, 1e9) * 1e9)
        while isAlive {
            if MonotonicClock.nanoseconds() > end { return false }
            usleep(5_000)
        }
        return true
    }

    /// TERM, and KILL if that does not help in time.
    func end(seconds: Double) {
        signal(Signals.terminate)
        if waitUntilGone(seconds: seconds) { return }
        signal(Signals.kill)
        _ = waitUntilGone(seconds: 5)
    }
}
