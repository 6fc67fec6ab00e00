import FarmTransport

/// What runs in a profile on this machine, by its records.
enum ClusterState {
    /// A controller runs.
    case running(ProcessRecord)
    /// A controller ran, and has died without saying goodbye.
    case stale(ProcessRecord)
    /// A controller on another host has it.
    case elsewhere(ProcessRecord)
    /// None.
    case stopped

    init(_ profile: ProfileDirectory) {
        guard let record = ProcessRecord(path: profile.lockPath) else {
            self = .stopped
            return
        }
        if !record.isHere {
            self = .elsewhere(record)
        } else {
            self = record.isAlive ? .running(record) : .stale(record)
        }
    }
}

extension ProfileDirectory {
    var controllerLog: String { "\(logPath)/controller.log" }
    func engineLog(_ name: String) -> String { "\(logPath)/\(name).log" }
}
