import Foundation
import Glibc
import Testing

/// What is acknowledged is on the disk first: as the system calls of a controller show.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SyncOrderTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    /// A controller with no engine, and `strace` on it; nil, with a word about it, without one.
    private func trace(_ options: String...) throws -> (controller: Running, tracer: Running)? {
        let controller = try yard.start(["controller"])
        try yard.awaitController()
        let tracer = try yard.program(
            "strace",
            ["-f", "-ttt", "-s", "200000", "-y", "-o", "\(yard.directory)/trace"] + options
                + ["-p", String(controller.pid)])
        try yard.eventually("it watches") { tracer.hasEnded || tracer.errors.contains("attached") }
        guard !tracer.hasEnded else {
            print("skipped: strace cannot be used here: \(tracer.errors)")
            controller.signal(SIGTERM)
            _ = try controller.wait()
            return nil
        }
        return (controller, tracer)
    }

    private func end(_ traced: (controller: Running, tracer: Running)) throws {
        // The tracer ends with it.
        traced.controller.signal(SIGTERM)
        _ = try traced.controller.wait()
        _ = try traced.tracer.wait()
        #expect(yard.processes() == [])
    }

    @Test func `the sync that covers a submission comes before the message that acknowledges it`() throws {
        guard let traced = try trace("-e", "trace=pwrite64,write,fdatasync,fsync,sendto,sendmsg") else {
            return
        }
        try yard.ok("submit", "--", "echo", "a-word-to-look-for")
        try end(traced)
        let calls = (yard.read("trace") ?? "").split(separator: "\n")
        let log = "ledger.sqlite-wal>"
        let written = try #require(
            calls.lastIndex {
                $0.contains("pwrite64(") && $0.contains(log) && $0.contains("a-word-to-look-for")
            })
        let synced = try #require(
            calls[written...].firstIndex { $0.contains("fdatasync(") && $0.contains(log) })
        // Another thread's calls may cut a call's line in two.
        let done =
            calls[synced].contains("unfinished")
            ? try #require(calls[synced...].firstIndex { $0.contains("fdatasync resumed") }) : synced
        #expect(calls[done].hasSuffix("= 0"), "\(calls[done])")
        func isMessage(_ call: Substring) -> Bool {
            (call.contains("sendto(") || call.contains("sendmsg(")) && call.contains("<socket:")
        }
        let before = calls[written..<done].filter(isMessage)
        #expect(before == [], "the client is told nothing between the write and the end of its sync")
        #expect(calls[done...].contains(where: isMessage), "it is told after it")
    }

    @Test func `a submission whose sync takes long is acknowledged after it`() throws {
        guard
            let traced = try trace("-e", "trace=fdatasync", "-e", "inject=fdatasync:delay_enter=1000000")
        else { return }
        try yard.ok("submit", "--", "true")
        let acknowledged = Date().timeIntervalSince1970
        try end(traced)
        let calls = (yard.read("trace") ?? "").split(separator: "\n")
        let first = try #require(
            calls.first { $0.contains("fdatasync(") && $0.contains("ledger.sqlite-wal") })
        let begun = try #require(first.split(separator: " ").dropFirst().first.flatMap { Double($0) })
        #expect(acknowledged >= begun + 1)
    }
}
