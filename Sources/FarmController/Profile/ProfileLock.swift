import FarmProcess
import FarmStore
import FarmTransport
import Glibc
import Synchronization

/// The right to run the one controller of a profile: a lock on the directory of `controller.lock`, and in
/// that file the record of who has it.
///
/// On one host the kernel's lock decides, and ends with its process however that ends. It is on the directory
/// rather than on the file, so that a file that somebody removes lets nobody in. Between hosts that share the
/// directory, where a lock may not be seen or never be let go, the record alone decides. There the rule is:
/// whoever looks at the record in order to write it makes `controller.lock.taking` first, which a file system
/// does for one of several only (`O_EXCL`), and removes it when the record is on the disk. So of two that
/// start at the same moment the second finds the record of the first. One that dies in between leaves the
/// file; it is never guessed that it may go, and the refusal says so.
public final class ProfileLock: Sendable {
    /// The directory, open: it is ours also where it is moved to.
    private let directory: Int32
    private let directoryPath: String
    private let name: String
    private let what: String
    private let host: String
    private let isShared: Bool
    /// What the record says when the lock is given back: nothing, unless somebody is to find it.
    private let clearsRecord = Atomic(false)

    /// The file's time is set so often: it says until when a controller that died was alive.
    static let beatNanoseconds = Int64.seconds(5)

    /// Another that is taking the lock does so in milliseconds.
    private static let mostLooks = 40
    private static let lookMicroseconds: UInt32 = 50_000

    /// Takes the lock whose record is the file at `path`; `what` it is of, for messages. With `records` false
    /// the file is left as it is: for a tool that only keeps controllers away.
    /// - Throws: `ControllerError` with `profileInUse`, which names the holder, or `badProfile`.
    public convenience init(_ path: String, what: String, records: Bool = true) throws(ControllerError) {
        try self.init(path, what: what, kind: nil, records: records, host: HostInfo.hostname)
    }

    /// As one on `host` does, in a file system of this kind.
    init(
        _ path: String, what: String, kind: FileSystemKind?, records: Bool = true, host: String
    ) throws(ControllerError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        directoryPath = String(path[..<slash])
        name = String(path[slash...].dropFirst())
        self.what = what
        self.host = host
        isShared = (kind ?? FileSystemKind(of: directoryPath)) != .local
        directory = open(directoryPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            throw ControllerError(
                .badProfile,
                "cannot open \(directoryPath): \(String(cString: strerror(errno))); check the profile's directory"
            )
        }
        guard isShared || takeLock() else { throw inUse(read()) }
        guard records else {
            try requireFree()
            return
        }
        guard try claim() else {
            throw ControllerError(
                .profileInUse,
                "\(what) is being taken by another controller: \(path).taking is there; if none starts on any"
                    + " host, one has died while it started: remove that file")
        }
        clearsRecord.store(true, ordering: .relaxed)
    }

    /// Whether a controller on this host has the lock whose record would be in this directory; false where
    /// only the record tells.
    public static func isHeld(in directory: String) -> Bool {
        guard FileSystemKind(of: directory) == .local else { return false }
        let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { return false }
        defer { close(opened) }
        return flock(opened, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// Whoever only looks whether it is held has it for a moment.
    private func takeLock() -> Bool {
        for look in 0..<6 {
            if look > 0 { usleep(Self.lookMicroseconds) }
            if flock(directory, LOCK_EX | LOCK_NB) == 0 { return true }
        }
        return false
    }

    deinit {
        if clearsRecord.load(ordering: .relaxed), read().map(isOwn) == true {
            withRecord { ftruncate($0, 0) }
        }
        if directory >= 0 { close(directory) }
    }

    /// Notes that the holder is alive, and looks whether the lock is its own still. A record that was removed
    /// or emptied is put back.
    /// - Throws: `ControllerError` with `badProfile` if the directory is not at its place any more, or with
    ///   `profileInUse` if another controller has the lock; then nothing may be written there.
    func beat() throws(ControllerError) {
        guard HeldFile(directory).map({ $0.isAt(directoryPath) }) != false else {
            throw ControllerError(
                .badProfile,
                "the directory of \(what) was moved, removed or replaced while the controller ran, which ends and"
                    + " writes nothing more: put \(directoryPath) back, or start a controller where it is now"
            )
        }
        if let holder = read(), isOwn(holder) {
            utimensat(directory, name, nil, 0)
        } else {
            // If another is just taking it, the next look tells more.
            _ = try claim()
        }
    }

    /// The same process goes on as another program, which takes the lock again.
    func leaveRecord() { clearsRecord.store(false, ordering: .relaxed) }

    /// Writes the record if no other holder's stands there; false if another is busy with the same.
    private func claim() throws(ControllerError) -> Bool {
        guard isShared else {
            try requireFree()
            write()
            return true
        }
        guard try takeTurn() else { return false }
        defer { unlinkat(directory, turn, 0) }
        try requireFree()
        write()
        return true
    }

    private var turn: String { "\(name).taking" }

    private func takeTurn() throws(ControllerError) -> Bool {
        for look in 0..<Self.mostLooks {
            if look > 0 { usleep(Self.lookMicroseconds) }
            let file = openat(directory, turn, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            if file >= 0 {
                close(file)
                return true
            }
            guard errno == EEXIST else {
                throw ControllerError(
                    .badProfile,
                    "cannot write in \(directoryPath): \(String(cString: strerror(errno))); check the profile's"
                        + " directory")
            }
        }
        return false
    }

    /// - Throws: if the record is of another holder that may be running.
    private func requireFree() throws(ControllerError) {
        guard let holder = read(), !isOwn(holder), !isCopy(holder) else { return }
        // One on another host cannot be looked at; its record stands until it is removed by hand.
        let isElsewhere = !holder.host.isEmpty && holder.host != host
        // On this host, too: one that goes on as another program has no lock for a moment.
        let isHere =
            holder.pid != getpid() && (holder.boot.isEmpty || holder.boot == HostInfo.bootID)
            && HostInfo.isAlive(pid: holder.pid, startTime: holder.start)
        if isElsewhere || isHere { throw inUse(holder) }
    }

    private func inUse(_ holder: Holder?) -> ControllerError {
        ControllerError(
            .profileInUse,
            "\(what) is in use: \(holder?.words ?? "another controller runs on it");"
                + " `tasks cluster status` shows it, `tasks cluster stop` ends it")
    }

    // MARK: The record

    private struct Holder {
        var host: String
        var pid: Int32
        var start: UInt64
        var boot: String
        var directory: String?

        var words: String { "a controller with pid \(pid) on \(host) holds it" }
    }

    private func isOwn(_ holder: Holder) -> Bool {
        holder.host == host && holder.pid == getpid() && holder.start == HostInfo.startTime(of: getpid())
            && holder.boot == HostInfo.bootID && !isCopy(holder)
    }

    /// The record came here with a copy of the directory. Another host, or this one after a restart, may
    /// number directories otherwise.
    private func isCopy(_ holder: Holder) -> Bool {
        guard holder.host == host, holder.boot == HostInfo.bootID, let other = holder.directory else {
            return false
        }
        return other != HeldFile(directory)?.words
    }

    private func withRecord(_ flags: Int32 = O_RDWR, _ body: (Int32) -> Void) {
        let file = openat(directory, name, flags | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        body(file)
        close(file)
    }

    private func write() {
        let pid = getpid()
        let text =
            "host=\(host)\npid=\(pid)\nstart=\(HostInfo.startTime(of: pid) ?? 0)\nboot=\(HostInfo.bootID)\n"
            + "directory=\(HeldFile(directory)?.words ?? "")\n"
        withRecord(O_RDWR | O_CREAT) { file in
            // Never empty in between, for an empty record says that the last holder has ended in order.
            _ = text.utf8CString.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count - 1, 0) }
            ftruncate(file, off_t(text.utf8.count))
            fsync(file)
        }
    }

    private func read() -> Holder? {
        var buffer = [UInt8](repeating: 0, count: 1024)
        var count = 0
        withRecord(O_RDONLY) { count = pread($0, &buffer, buffer.count, 0) }
        guard count > 0 else { return nil }
        var fields: [String: String] = [:]
        for line in String(decoding: buffer.prefix(count), as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { fields[String(parts[0])] = String(parts[1]) }
        }
        guard let pid = fields["pid"].flatMap({ Int32($0) }), pid > 0 else { return nil }
        return Holder(
            host: fields["host"] ?? "", pid: pid,
            start: UInt64(fields["start"] ?? "") ?? 0, boot: fields["boot"] ?? "",
            directory: fields["directory"])
    }
}
