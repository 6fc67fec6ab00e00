import Glibc

/// Checks that files and directories are their owner's alone. No check follows a symbolic link at the end of
/// the path to a directory.
public enum PrivatePath {
    /// Requires a directory of mode 0700 or less that belongs to this process's user.
    /// - Throws: ``CredentialError`` with `missing`, `notRegular`, `wrongOwner`, `looseMode` or `io`.
    public static func requirePrivate(directory path: String) throws(CredentialError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw CredentialError(
                .notRegular, "\(path) is no directory (a symbolic link does not count); move it away")
        }
        try check(status, path, chmod: "700")
    }

    /// Requires a directory that belongs to this process's user, and in which no other can write.
    /// - Throws: ``CredentialError`` with `missing`, `wrongOwner`, `looseMode` or `io`.
    public static func requireUnwritable(directory path: String) throws(CredentialError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("read", path) }
        try check(status, path, forbidden: 0o022, chmod: "700")
    }

    /// Requires a plain file of mode 0600 or less that belongs to this process's user.
    /// - Throws: ``CredentialError`` with `missing`, `notRegular`, `wrongOwner`, `looseMode` or `io`.
    public static func requirePrivate(file path: String) throws(CredentialError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("read", path) }
        try checkFile(status, path)
    }

    /// Makes a directory of mode 0700 unless it is there, and checks it. Its parent has to be there.
    /// - Throws: ``CredentialError`` as ``requirePrivate(directory:)`` does.
    public static func makeDirectory(_ path: String) throws(CredentialError) {
        if mkdir(path, 0o700) == 0 {
            // The umask can only have taken bits away; give the owner's back.
            guard chmod(path, 0o700) == 0 else { throw failure("make", path) }
        } else if errno != EEXIST {
            throw failure("make", path)
        }
        try requirePrivate(directory: path)
    }

    /// Writes a file of mode 0600 so that a reader, or a crash, finds the old content or the new.
    /// - Throws: ``CredentialError`` with `missing` (the directory) or `io`.
    public static func write(_ bytes: [UInt8], to path: String) throws(CredentialError) {
        try PrivateFile.write(bytes, to: path)
    }

    static func checkFile(_ status: stat, _ path: String) throws(CredentialError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw CredentialError(.notRegular, "\(path) is no plain file; move it away")
        }
        try check(status, path, chmod: "600")
    }

    private static func check(
        _ status: stat, _ path: String, forbidden: mode_t = 0o077, chmod mode: String
    ) throws(CredentialError) {
        guard status.st_uid == geteuid() else {
            throw CredentialError(
                .wrongOwner,
                "\(path) belongs to user \(status.st_uid), not to \(geteuid()) who uses it; "
                    + "run `chown \(geteuid()) \(path.shellWord)` or use a copy of your own")
        }
        guard status.st_mode & forbidden == 0 else {
            let octal = String(status.st_mode & 0o777, radix: 8)
            throw CredentialError(
                .looseMode,
                "\(path) has mode \(octal), so that others may use it; run `chmod \(mode) \(path.shellWord)`")
        }
    }

    /// The error of the system call that has just failed.
    static func failure(_ action: String, _ path: String) -> CredentialError {
        let number = errno
        let reason = String(cString: strerror(number))
        switch number {
        case ENOENT, ENOTDIR:
            return CredentialError(.missing, "cannot \(action) \(path): \(reason); check the path")
        default:
            return CredentialError(.io, "cannot \(action) \(path): \(reason); check its mode, owner and disk")
        }
    }
}
