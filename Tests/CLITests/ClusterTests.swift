import Foundation
import Testing

@Suite(.serialized, .timeLimit(.minutes(5)))
struct ClusterTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func status() throws -> [String: Any] {
        try yard.tasks("cluster", "status", "-o", "json").objects().first ?? [:]
    }

    @Test func `C62 start, stop and status have words and exit codes of their own, also when done twice`()
        throws
    {
        let start = try yard.tasks("cluster", "start", "-n", "2", "--slots", "3")
        #expect(start.code == 0, "\(start.errors)")
        #expect(start.output.hasPrefix("started: controller with pid "))
        #expect(start.output.contains("2 engines with 6 slots"))
        #expect(start.output.contains("tasks submit FILE.yaml"))

        let again = try yard.tasks("cluster", "start")
        #expect(again.code == 2)
        #expect(again.errors.hasPrefix("tasks: already running: "))

        let running = try yard.tasks("cluster", "status")
        #expect(running.code == 0)
        #expect(running.output.hasPrefix("running: ") && running.output.contains("2 with 6 slots"))

        let stop = try yard.tasks("cluster", "stop")
        #expect(stop.code == 0, "\(stop.errors)")
        #expect(stop.output.hasPrefix("stopped: "))
        #expect(yard.processes() == [])

        let stopAgain = try yard.tasks("cluster", "stop")
        #expect(stopAgain.code == 3)
        #expect(stopAgain.errors.hasPrefix("tasks: already stopped: "))

        let stopped = try yard.tasks("cluster", "status")
        #expect(stopped.code == 3)
        #expect(stopped.errors.hasPrefix("tasks: stopped: "))
    }

    @Test func `C62 a profile whose controller was killed is stale, and is cleaned by start and by stop`()
        throws
    {
        for cleaner in ["start", "stop"] {
            try yard.ok("cluster", "start")
            let pid = try #require(try status()["pid"] as? Int)
            // With what would start it again, which ends the engines first.
            for keeper in yard.processes("cluster", "keep") { kill(keeper, SIGTERM) }
            try yard.eventually("the keeper is gone") { yard.processes("cluster", "keep") == [] }
            kill(Int32(pid), SIGKILL)
            try yard.eventually("the controller is gone") {
                kill(Int32(pid), 0) != 0 || !yard.processes().contains(Int32(pid))
            }

            let stale = try yard.tasks("cluster", "status")
            #expect(stale.code == 3)
            #expect(stale.errors.hasPrefix("tasks: stale: "))
            #expect(try yard.tasks("doctor").code == 1)

            let cleaned = try yard.tasks("cluster", cleaner)
            #expect(cleaned.code == 0, "\(cleaned.errors)")
            if cleaner == "start" {
                #expect(cleaned.errors.hasPrefix("stale profile: "))
                try yard.ok("submit", "--wait", "--", "true")
                #expect(try yard.tasks("engine", "list", "-o", "json").objects().count == 1)
                try yard.ok("cluster", "stop")
            } else {
                #expect(cleaned.output.hasPrefix("stale profile cleaned: "))
                #expect(try yard.tasks("cluster", "stop").code == 3)
            }
            #expect(yard.processes() == [])
        }
    }

    @Test func `with nothing on disk, stop is refused while tasks are unfinished, unless now`() throws {
        try yard.ok("cluster", "start", "--durability", "none")
        try yard.ok("submit", "--", "sh", "-c", "touch begun; MARK=\(yard.mark) sleep 300")
        try yard.eventually("the task has begun") { yard.read("begun") != nil }
        let refused = try yard.tasks("cluster", "stop")
        #expect(refused.code == 2)
        #expect(refused.errors.contains("--now"))
        try yard.ok("cluster", "status")
        let stop = try yard.tasks("cluster", "stop", "--now")
        #expect(stop.code == 0, "\(stop.errors)")
        try yard.eventually("all processes are gone") { yard.processes() == [] }
    }

    @Test func `two controllers on one profile, and a port in use, are refused with what to do`() throws {
        try yard.ok("cluster", "start")
        let second = try yard.tasks("controller")
        #expect(second.code == 2)
        #expect(second.errors.contains("in use") && second.errors.contains("tasks cluster stop"))
        try yard.ok("submit", "--wait", "--", "true")

        let socket = try ListeningSocket()
        let third = try yard.tasks("controller", "--profile", "other", "--client-port", String(socket.port))
        #expect(third.code == 2)
        #expect(third.errors.contains(String(socket.port)), "\(third.errors)")
        // Nothing of it stands in the way of the next one.
        try yard.ok("cluster", "start", "--profile", "other")
        try yard.ok("cluster", "stop", "--profile", "other")
        try yard.ok("cluster", "stop")
    }

    @Test func `a controller and an engine in the foreground serve over tcp, and end at a signal`() throws {
        let controller = try yard.start(["controller", "--listen", "127.0.0.1"])
        try yard.eventually("it listens") {
            FileManager.default.fileExists(atPath: "\(yard.home)/farm/default/security/engine.json")
        }
        let engine = try yard.start(["engine", "start", "--name", "mine", "--slots", "2"])
        try yard.eventually("the engine is there") {
            try yard.tasks("engine", "list", "-o", "csv").output.contains(",mine,")
        }
        try yard.ok("submit", "--wait", "--", "true")
        let text = try String(
            contentsOfFile: "\(yard.home)/farm/default/security/task-client.json", encoding: .utf8)
        #expect(text.contains("tcp://127.0.0.1:"))
        engine.signal(SIGTERM)
        #expect(try engine.wait().code == 0)
        controller.signal(SIGINT)
        #expect(try controller.wait().code == 130)
        #expect(yard.processes() == [])
    }

    @Test func `engines are listed, drained and stopped by number and name`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "2")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let engines = try yard.tasks("engine", "list", "-o", "json").objects()
        #expect(Set(engines.compactMap { $0["name"] as? String }) == ["engine-0", "engine-1"])
        for key in ["id", "name", "pid", "host", "slots", "load"] {
            #expect(engines.allSatisfy { $0[key] != nil })
        }
        try yard.ok("engine", "drain", "engine-0")
        try yard.eventually("one is left") {
            try yard.tasks("engine", "list", "-o", "json").objects().filter {
                $0["state"] as? String == "attached"
            }.count == 1
        }
        let unknown = try yard.tasks("engine", "stop", "99")
        #expect(unknown.code == 2 && unknown.errors.contains("there is no engine 99"))
        try yard.ok("submit", "--wait", "--", "true")
        try yard.ok("engine", "stop", "engine-1")
        try yard.eventually("the launcher has ended, as its engines have") { yard.processes("keep") == [] }
    }

    @Test func `logs of controller and engines are where they are said to be`() throws {
        try yard.ok("cluster", "start")
        #expect(try yard.tasks("logs", "--controller").output.contains("listens on"))
        #expect(try yard.tasks("logs", "--engine", "engine-0").output.contains("connected"))
        let id = try #require(try yard.tasks("engine", "list", "-o", "json").objects().first?["id"] as? Int)
        #expect(try yard.tasks("logs", "--engine", String(id)).output.contains("connected"))
        #expect(try yard.tasks("logs", "--engine", "nobody").code == 2)
        try yard.ok("doctor")
        try yard.ok("cluster", "stop")
    }
}

/// A port that somebody else has.
final class ListeningSocket {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        guard isBound == 0, listen(descriptor, 1) == 0 else { throw Farmyard.Trouble("no port is free") }
        var length = size
        withUnsafeMutablePointer(to: &address) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
