import FarmLaunch
import FarmProcess
import FarmTransport
import Foundation

/// What the keeper of a cluster says of itself in `launcher.pid`: which process it is, which engines it has
/// started, and why a controller that died is not there again. It takes the file away when it ends in order.
struct KeeperRecord {
    var process: ProcessRecord
    /// Their nannies, or whatever it has started here for them, by name.
    var engines: [String: ProcessRecord] = [:]
    /// What its launcher keeps, as it is now; what has left is not in it.
    var units: [UnitNote] = []
    /// Why the controller does not start.
    var refusal: String?

    /// Of this process.
    static func own() -> KeeperRecord { KeeperRecord(process: .own()) }

    private init(process: ProcessRecord) { self.process = process }

    /// Nil if the file is missing, or none.
    init?(path: String) {
        guard let process = ProcessRecord(path: path) else { return nil }
        self.process = process
        for (key, value) in ProcessRecord.lines(of: path) {
            if key == "refusal" { refusal = String(value) }
            if key == "unit", let unit = UnitNote(value) { units.append(unit) }
            let words = value.split(separator: " ", maxSplits: 2)
            guard key == "engine", words.count == 3, let pid = Int32(words[0]), let start = UInt64(words[1])
            else { continue }
            engines[String(words[2])] = ProcessRecord(
                host: process.host, pid: pid, startTime: start, bootID: process.bootID)
        }
    }

    /// Writes it in one piece, so that nobody reads half of it.
    func write(to path: String) throws {
        var text = process.text(in: path)
        if let refusal { text += "refusal=\(refusal.split(separator: "\n").joined(separator: " "))\n" }
        for unit in units { text += "unit=\(unit.line)\n" }
        for (name, engine) in engines.sorted(by: { $0.key < $1.key }) {
            text += "engine=\(engine.pid) \(engine.startTime) \(name)\n"
        }
        try ProcessRecord.write(text, to: path + ".new")
        guard rename(path + ".new", path) == 0 else {
            throw CommandFailure(.refused, "cannot write \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Engines that run.
    var living: [ProcessRecord] { engines.values.filter(\.isAlive) }

    /// Ends engines that nobody looks after any more.
    /// - Parameter graceSeconds: for those that have been told to leave.
    func endEngines(graceSeconds: Double) {
        // Allocations that a dead keeper has left: nobody else gives them back.
        for unit in units where !unit.release.isEmpty { Allocation.release(unit.release) }
        let left = living.filter { !$0.waitUntilGone(seconds: graceSeconds) }
        // Told once: a second word would be taken for impatience.
        for engine in left { engine.signal(Signals.terminate) }
        for engine in left where !engine.waitUntilGone(seconds: 10) {
            engine.signal(Signals.kill)
            _ = engine.waitUntilGone(seconds: 5)
        }
    }
}

extension ProfileDirectory {
    /// Says which process started the engines of `cluster start`, while it runs.
    var launcherPath: String { "\(path)/launcher.pid" }

    /// What the keeper of the profile's cluster says of itself, or has said before it was killed.
    var keeper: KeeperRecord? { KeeperRecord(path: launcherPath) }

    /// The process that looks after the engines of `cluster start`, if it runs.
    var launcher: ProcessRecord? { keeper.map(\.process).flatMap { $0.isAlive ? $0 : nil } }

    /// Why the controller that died is not there again, while the keeper tries to start it.
    var refusal: String? { keeper.flatMap { $0.process.isAlive ? $0.refusal : nil } }

    /// What is wrong with the cluster beside its controller; nil if nothing is.
    var keeperTrouble: String? {
        guard let keeper, keeper.process.isHere else { return nil }
        if let refusal { return "the controller has died and cannot be started again: \(refusal)" }
        guard !keeper.process.isAlive else { return nil }
        let left = keeper.living.count + keeper.units.count { !$0.release.isEmpty }
        return
            "the cluster's keeper (pid \(keeper.process.pid)) has died, so nothing that dies is started again"
            + (left == 0 ? "" : "; \(left) of its engines still \(left == 1 ? "runs" : "run")")
            + ": `tasks cluster stop` ends all, `tasks cluster start` then starts anew"
    }

    /// Ends the keeper of the profile's cluster and its engines, also when it has died before them; and a
    /// controller that it has just started in a dead one's place.
    func endKeeper(seconds: Double, graceSeconds: Double = 0) {
        launcher?.end(seconds: seconds)
        if case .running(let successor) = ClusterState(self) { successor.end(seconds: seconds) }
        guard let keeper, keeper.process.isHere else { return }
        keeper.endEngines(graceSeconds: graceSeconds)
        unlink(launcherPath)
    }
}
