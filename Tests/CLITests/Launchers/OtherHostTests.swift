import Foundation
import Glibc
import Testing

/// Engines on a host of another network: tcp, encryption and ssh over a cable that is pulled.
@Suite(
    .serialized, .timeLimit(.minutes(5)),
    .enabled(if: OtherHost.isPossible, Comment(rawValue: OtherHost.missing)))
struct OtherHostTests {
    let yard: Farmyard
    let host: OtherHost

    init() throws {
        yard = try Farmyard()
        host = try OtherHost(yard, SSHServer(yard))
        try host.writeLauncher()
    }

    @Test func `engines of another host serve over tcp, and doctor finds all in order from there`() throws {
        try yard.ok("cluster", "start", "--launcher", "far", "-n", "2", "--slots", "2")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let engines = try yard.tasks("engine", "list", "-o", "json").objects()
        #expect(engines.compactMap { $0["host"] as? String } == ["far", "far"])
        let file = try yard.copyCompressionSweep()
        #expect(try yard.tasks("submit", "--wait", file, seconds: 240).code == 0)
        #expect(yard.hasCompressionTable)
        let doctor = try yard.tasks(
            "doctor", "--from", host.address, "-o", "json",
            environment: [
                "TASKS_SSH": (["ssh"] + host.options).joined(separator: " "),
                "TASKS_VIA_PROGRAM": "\(yard.directory)/tasks-there",
            ])
        let rows = try doctor.objects()
        #expect(doctor.code == 0, "\(doctor.output)")
        #expect(
            rows.contains {
                $0["check"] as? String == "for engines" && $0["state"] as? String == "ok"
                    && ($0["found"] as? String)?.contains(host.ourAddress) == true
            }, "\(rows)")
        #expect(
            rows.contains { ($0["found"] as? String)?.hasSuffix(" on far") == true },
            "the version, of the host there")
        try yard.ok("cluster", "stop")
        try yard.eventually("nothing is left") { yard.processes("engine").isEmpty }
    }

    @Test func `a cable that is pulled for a moment costs nothing, though tasks end meanwhile`() throws {
        try yard.ok("cluster", "start", "--launcher", "far", "--slots", "4")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let job = try start()
        try host.pullCable()
        // They end while nobody can be told.
        try yard.write("go", "")
        try yard.eventually("they have ended") {
            Self.names.allSatisfy { yard.lines("held-\($0).ends") == 1 }
        }
        try host.mendCable()
        #expect(try job.wait(seconds: 120).code == 0)
        for name in Self.names { #expect(yard.lines("held-\(name).starts") == 1) }
    }

    @Test func `a cable that is pulled for longer loses nothing: the engine comes back by itself`() throws {
        try yard.ok("cluster", "start", "--launcher", "far", "--slots", "4")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        let job = try start()
        try host.pullCable()
        try yard.eventually("the controller has noticed") {
            try yard.tasks("engine", "list", "-o", "json").objects().first?["state"] as? String != "attached"
        }
        try yard.eventually("why says it") {
            try yard.tasks("why", "1.0").output.contains("is not here")
        }
        try yard.write("go", "")
        try host.mendCable()
        #expect(try job.wait(seconds: 120).code == 0)
        let rows = try yard.tasks("results", "-o", "json", "1").objects()
        #expect(rows.count == 4 && rows.allSatisfy { $0["state"] as? String == "succeeded" }, "\(rows)")
        #expect(try yard.attachedEngines().count == 1)
    }

    private static let names = ["a", "b", "c", "d"]

    /// Four tasks that run until `go` is there.
    private func start() throws -> Running {
        let job = try yard.start(
            ["submit", "--wait", "--each-line", "--", "sh", "-c", yard.hold("held-$1"), "sh", "{}"],
            input: Self.names.map { $0 + "\n" }.joined())
        for name in Self.names { try yard.awaitStart("held-\(name)") }
        return job
    }
}
