import FarmProcess
import FarmTransport
import Glibc

/// What `tasks doctor` looks at on the machine itself.
enum MachineChecks {
    static func all() -> [Finding] {
        [
            Finding("tasks", .good, "version \(Version.text)"),
            Finding("libzmq", .good, zeroMQ() ?? "linked in"),
            Finding("libcrypto", .good, crypto() ?? "linked in"),
            Finding("machine", .good, machine()),
            descriptors(), processes(), runtimeDirectory(),
        ]
    }

    private static func machine() -> String {
        let gpus = HostGPUs.visible.count
        return
            "\(HostInfo.hostname): \(counted(HostInfo.cpus.count, "CPU")), \(HostInfo.memoryBytes >> 20) MiB"
            + (gpus > 0 ? ", \(counted(gpus, "GPU"))" : "")
    }

    /// Of the library that is loaded, which need not be the one that was there at the build.
    private static func zeroMQ() -> String? {
        guard let symbol = dlsym(nil, "zmq_version") else { return nil }
        typealias Version =
            @convention(c) (
                UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
            ) -> Void
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafeBitCast(symbol, to: Version.self)(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    private static func crypto() -> String? {
        guard let symbol = dlsym(nil, "OpenSSL_version") else { return nil }
        typealias Version = @convention(c) (Int32) -> UnsafePointer<CChar>?
        return unsafeBitCast(symbol, to: Version.self)(0).map { String(cString: $0) }
    }

    private static func descriptors() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let found = "\(limit.rlim_cur) (hard limit \(limit.rlim_max))"
        return limit.rlim_cur < 1024
            ? Finding("open files", .bad, found, "ulimit -n 4096, before starting controller and engines")
            : Finding("open files", .good, found)
    }

    private static func processes() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(__RLIMIT_NPROC.rawValue), &limit)
        let found = limit.rlim_cur == .max ? "unlimited" : "\(limit.rlim_cur)"
        return limit.rlim_cur < 256
            ? Finding("processes", .bad, found, "ulimit -u 4096, before starting engines")
            : Finding("processes", .good, found)
    }

    private static func runtimeDirectory() -> Finding {
        do throws(CredentialError) {
            let directory = try RuntimeDirectory.prepare(forProfile: "tasks doctor")
            rmdir(directory.path)
            let parent = directory.path.split(separator: "/").dropLast().joined(separator: "/")
            return Finding("sockets", .good, "/\(parent)")
        } catch {
            return Finding(
                "sockets", .bad, error.message, "make that directory yours, mode 0700, or set XDG_RUNTIME_DIR"
            )
        }
    }
}
