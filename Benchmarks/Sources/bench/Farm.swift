import Foundation

/// A farm of one controller and some engines, four processes and more, as the ceiling has them.
final class Farm {
    enum Transport: String { case ipc, curve = "tcp + CURVE" }

    let home: String
    let tasks: String
    private var children: [Child] = []

    var environment: [String: String] { ["TASKS_HOME": home] }
    var capability: String { "\(home)/default/security/task-client.json" }

    init(_ tasks: String, engines: Int, slots: Int, transport: Transport) throws {
        self.tasks = tasks
        home = NSTemporaryDirectory() + "bench-home-\(getpid())-\(Int.random(in: 0..<1_000_000))"
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        chmod(home, 0o700)
        let listen = transport == .curve ? ["--listen", "127.0.0.1"] : []
        children.append(try Child(tasks, ["controller"] + listen, environment: environment, quiet: true))
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
