import Foundation

/// A farm of one controller and some engines, four processes and more, as the ceiling has them.
final class Farm {
    enum Transport: String { case ipc, curve = "tcp + CURVE" }

    let home: String
    let tasks: String
    private let arguments: [String]
    private var children: [Child] = []

    /// As the first of the farm's processes.
    func startController() throws {
        children.insert(try Child(tasks, arguments, environment: environment, quiet: true), at: 0)
    }

    /// Kills it, as kill -9 does.
    func killController() {
        let controller = children.removeFirst()
        kill(controller.pid, SIGKILL)
        controller.end()
    }

    /// Bytes of the ledger's files.
    func ledgerBytes() -> Int {
        let path = "\(home)/default/ledger"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { !$0.hasSuffix("-shm") }.reduce(0) { sum, name in
            let size = (try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"))?[.size]
            return sum + ((size as? Int) ?? 0)
        }
    }

    /// Ends controller and engines in good order; the files stay.
    func stopAll() { for child in children.reversed() { child.end() } }

    var environment: [String: String] { ["TASKS_HOME": home] }
    var capability: String { "\(home)/default/security/task-client.json" }

    /// Without a ledger, unless told otherwise: what it costs is measured by itself.
    init(
        _ tasks: String, engines: Int, slots: Int, transport: Transport, durability: String = "none"
    ) throws {
        self.tasks = tasks
        arguments =
            ["controller", "--durability", durability]
            + (transport == .curve ? ["--listen", "127.0.0.1"] : [])
        home = NSTemporaryDirectory() + "bench-home-\(getpid())-\(Int.random(in: 0..<1_000_000))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        chmod(home, 0o700)
        try startController()
        try wait("the controller") {
            FileManager.default.fileExists(atPath: home + "/default/security/admin.json")
        }
        // Peers take ipc where its socket is; without the socket they go over tcp.
        if transport == .curve { try hideSockets() }
        for number in 0..<engines {
            children.append(
                try Child(
                    tasks, ["engine", "start", "--name", "bench-\(number)", "--slots", "\(slots)"],
                    environment: environment, quiet: true))
        }
        try wait("the engines") {
            let text = try Child(tasks, ["engine", "list", "-o", "jsonl"], environment: environment).finish()
            return text.split(separator: "\n").count >= engines
        }
    }

    private func hideSockets() throws {
        for role in ["task-client", "engine"] {
            let path = "\(home)/default/security/\(role).json"
            let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(
                of: "\\/", with: "/")
            for part in text.components(separatedBy: "\"ipc://").dropFirst() {
                unlink(String(part.prefix { $0 != "\"" }))
            }
        }
    }

    private func wait(_ what: String, _ isThere: () throws -> Bool) throws {
        let limit = seconds() + 20
        while try !isThere() {
            guard seconds() < limit else { throw BenchError("\(what) did not come up within 20 s") }
            usleep(20_000)
        }
    }

    /// CPU seconds of the controller so far.
    func controllerSeconds() -> Double {
        guard let text = try? String(contentsOfFile: "/proc/\(children[0].pid)/stat", encoding: .utf8),
            let close = text.lastIndex(of: ")")
        else { return 0 }
        let fields = text[close...].split(separator: " ")
        return ((Double(fields[12]) ?? 0) + (Double(fields[13]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    func end() {
        for child in children.reversed() { child.end() }
        try? FileManager.default.removeItem(atPath: home)
    }
}
