import FarmController
import FarmTransport
import Glibc

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
        var found = ProcessRecord(path: profile.lockPath)
        // A record that was lost is put back by whoever has the lock, at its next beat.
        var looks = 0
        while found == nil, looks < 120, ProfileLock.isHeld(in: profile.path) {
            usleep(50_000)
            looks += 1
            found = ProcessRecord(path: profile.lockPath)
        }
        guard let record = found else {
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
