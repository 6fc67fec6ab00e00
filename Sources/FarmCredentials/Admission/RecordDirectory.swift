import FoundationEssentials
import Glibc

/// A directory of `SERIAL.json` records that is read again only where it has changed.
struct RecordDirectory: Sendable {
    let path: String

    /// What was read, and what the files were like at that time.
    struct Content {
        fileprivate var stamp: Stamp?
        fileprivate var isSettled = false
        fileprivate var files: [String: (stamp: Stamp?, record: Result<IssuedKey, CredentialError>)] = [:]
        fileprivate var failure: CredentialError?

        var serials: Set<String> { Set(files.keys) }

        var keys: [IssuedKey] {
            files.values.compactMap { file in
                if case .success(let key) = file.record { key } else { nil }
            }
        }

        var problems: [CredentialError] {
            (failure.map { [$0] } ?? [])
                + files.values.compactMap { file in
                    if case .failure(let error) = file.record { error } else { nil }
                }
        }
    }

    /// Tells one state of a file or directory from another.
    fileprivate struct Stamp: Equatable {
        let inode: UInt
        let seconds: Int
        let nanoseconds: Int
        let size: Int

        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            inode = UInt(status.st_ino)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
            size = Int(status.st_size)
        }
    }

    /// Brings `content` up to date.
    /// - Returns: whether it changed.
    func update(_ content: inout Content) -> Bool {
        let stamp = Stamp(path)
        if let stamp, stamp == content.stamp, content.isSettled { return false }
        // A later change within one tick of the file system's clock would leave the same time: keep looking
        // until the last change is old.
        content.isSettled = stamp.map { Int(Timestamp.now()) > $0.seconds + 1 } ?? false
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            // What was known stays known: a directory that cannot be read must not lock everybody out.
            let failure = CredentialError(.io, "cannot read \(path); check that it is there and private")
            content.isSettled = false
            defer { content.failure = failure }
            return content.failure != failure
        }
        var isChanged = content.failure != nil || content.stamp == nil
        content.failure = nil
        content.stamp = stamp
        var files = content.files
        var present: Set<String> = []
        for name in names {
            guard let serial = RecordDirectory.serial(name), let stamp = Stamp("\(path)/\(name)") else {
                continue
            }
            present.insert(serial)
            if files[serial]?.stamp == stamp { continue }
            let record = RecordDirectory.read("\(path)/\(name)", serial)
            if case .failure(let error) = record, error.code == .io {
                // Out of descriptors, say: not the record's fault, so look again.
                files[serial] = (nil, record)
                content.isSettled = false
            } else {
                files[serial] = (stamp, record)
            }
            isChanged = true
        }
        for serial in files.keys where !present.contains(serial) {
            files[serial] = nil
            isChanged = true
        }
        content.files = files
        return isChanged
    }

    private static func read(_ path: String, _ serial: String) -> Result<IssuedKey, CredentialError> {
        do throws(CredentialError) {
            return .success(try IssuedKey.load(path: path, serial: serial))
        } catch {
            return .failure(error)
        }
    }

    /// The serial in a record's name; nil for temporary and foreign files.
    private static func serial(_ name: String) -> String? {
        guard name.hasSuffix(".json") else { return nil }
        let serial = String(name.dropLast(5))
        return Hex.decode(serial, byteCount: GrantLimits.idBytes) == nil ? nil : serial
    }
}
