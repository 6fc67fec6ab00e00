import FarmProcess
public import FarmStore
import FarmTransport
import Glibc
import Synchronization

/// The right to run the one controller of a profile: a lock on `controller.lock`, in which stands who has it.
///
/// The kernel's lock decides on one host, and ends with its process however that ends. The text tells people,
/// and decides between hosts that share the directory, where a lock may not be seen.
public final class ProfileLock: Sendable {
    private let descriptor: Int32
    /// What the file says when the lock is given back: nothing, unless somebody is to find the record.
    private let clearsRecord: Atomic<Bool>

    /// The file's time is set so often: it says until when a controller that died was alive.
    static let beatNanoseconds = Int64.seconds(5)

    /// Takes the lock in the file at `path`; `what` it is of, for messages. With `records` false the file is
    /// left as it is: for a tool that only keeps controllers away.
    /// - Throws: `ControllerError` with `profileInUse`, which names the holder, or `badProfile`.
    public init(
        _ path: String, what: String, kind: FileSystemKind? = nil, records: Bool = true
    ) throws(ControllerError) {
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else {
            throw ControllerError(
                .badProfile,
                "cannot open \(path): \(String(cString: strerror(errno))); check the profile's directory")
        }
        let holder = Self.read(opened)
        let isShared = (kind ?? FileSystemKind(of: path)) != .local
        // Between hosts a lock may not be seen, or never be let go: there the record alone decides.
        let isHeld = !isShared && flock(opened, LOCK_EX | LOCK_NB) != 0
        guard !isHeld, !Self.runsElsewhere(holder), !(isShared && Self.runsHere(holder)) else {
            close(opened)
            throw ControllerError(
                .profileInUse,
                "\(what) is in use: \(holder?.words ?? "another controller runs on it");"
                    + " `tasks cluster status` shows it, `tasks cluster stop` ends it")
        }
        descriptor = opened
        clearsRecord = Atomic(records)
        guard records else { return }
        let pid = getpid()
        let text =
            "host=\(HostInfo.hostname)\npid=\(pid)\nstart=\(HostInfo.startTime(of: pid) ?? 0)\n"
            + "boot=\(HostInfo.bootID)\n"
        // Never empty in between, for an empty record says that the last holder has ended in order.
        _ = text.utf8CString.withUnsafeBytes { pwrite(opened, $0.baseAddress, $0.count - 1, 0) }
        ftruncate(opened, off_t(text.utf8.count))
        fsync(opened)
    }

    /// Notes that the holder is alive.
    func beat() { futimens(descriptor, nil) }

    /// The same process goes on as another program, which takes the lock again.
    func leaveRecord() { clearsRecord.store(false, ordering: .relaxed) }

    deinit {
        if clearsRecord.load(ordering: .relaxed) { ftruncate(descriptor, 0) }
        close(descriptor)
    }

    struct Holder {
        var host: String
        var pid: Int32
        var start: UInt64
        var boot: String

        var words: String { "a controller with pid \(pid) on \(host) holds it" }
    }

    /// A holder on another host cannot be looked at; its record stands until it is removed by hand.
    private static func runsElsewhere(_ holder: Holder?) -> Bool {
        guard let holder, !holder.host.isEmpty else { return false }
        return holder.host != HostInfo.hostname
    }

    private static func runsHere(_ holder: Holder?) -> Bool {
        guard let holder, holder.pid != getpid(), holder.boot.isEmpty || holder.boot == HostInfo.bootID else {
            return false
        }
        return HostInfo.isAlive(pid: holder.pid, startTime: holder.start)
    }

    private static func read(_ descriptor: Int32) -> Holder? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        var fields: [String: String] = [:]
        for line in String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        return Holder(
            host: fields["host"] ?? "", pid: Int32(fields["pid"] ?? "") ?? 0,
            start: UInt64(fields["start"] ?? "") ?? 0, boot: fields["boot"] ?? "")
    }
}
