import FarmProcess
import Foundation

/// A file that says which process has a part in a profile: `host=`, `pid=`, `start=` and `boot=` lines, as
/// the controller's lock has them too.
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
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        var fields: [Substring: Substring] = [:]
        for line in String(decoding: data.prefix(4096), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 0 else { return nil }
        self.init(
            host: String(fields["host"] ?? ""), pid: pid,
            startTime: fields["start"].flatMap { UInt64($0) } ?? 0,
            bootID: String(fields["boot"] ?? ""))
    }

    /// Writes it, readable by its owner only.
    func write(to path: String) throws {
        let text = "host=\(host)\npid=\(pid)\nstart=\(startTime)\nboot=\(bootID)\n"
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
