import Foundation
import Glibc
import Testing

/// What is handed in while the controller comes and goes.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SubmissionTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    @Test func `C4 what is submitted while the controller dies again and again makes one job each`() throws {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        // Of many parts, so that some are cut in two by a death.
        try yard.write("lines", String(repeating: "\(String(repeating: "x", count: 200))\n", count: 2_000))
        let count = 24
        var clients: [Running] = []
        var codes: [Int32] = []
        var bytes = try yard.ledgerBytes()
        for number in 0..<count {
            if clients.isEmpty { bytes = try yard.ledgerBytes() }
            clients.append(
                try yard.start(["submit", "--name", "s\(number)", "--each-line", "lines", "--", "true", "{}"])
            )
            guard clients.count == 3 else { continue }
            // While some are connected, and others may be about to be.
            try yard.eventually("something of them is in the ledger") { try yard.ledgerBytes() > bytes }
            try yard.killController()
            codes += try clients.map { try $0.wait().code }
            clients = []
            try yard.awaitController()
        }
        let jobs = try yard.tasks("list", "-o", "json").objects()
        for (number, code) in codes.enumerated() {
            let made = jobs.filter { $0["name"] as? String == "s\(number)" }
            // Whoever found no controller has handed in nothing.
            #expect(code == 0 || code == 3)
            #expect(made.count == (code == 0 ? 1 : 0), "s\(number), exit code \(code)")
            #expect(made.allSatisfy { $0["tasks"] as? Int == 2_000 })
        }
        #expect(codes.contains(0))
    }

    @Test func `C4 a file that is cut off before its last part queues nothing, also after a restart`() throws
    {
        try yard.ok("cluster", "start", "--slots", "1")
        defer { _ = try? yard.tasks("cluster", "stop", "--now") }
        // More than may be under way unacknowledged at once.
        let line = String(repeating: "x", count: 5_000) + "\n"
        try yard.write("lines", String(repeating: line, count: 6_000))
        let before = try yard.ledgerBytes()
        let submit = try yard.start(
            ["submit", "--each-line", "lines", "--", "sh", "-c", "touch ran", "{}"])
        try yard.eventually("a part of it is in the ledger") { try yard.ledgerBytes() > before + 1_000_000 }
        submit.signal(SIGKILL)
        let ended = try submit.wait()
        #expect(ended.code == -SIGKILL && ended.output == "")
        for round in 0..<2 {
            try yard.ok("submit", "--wait", "--", "true")
            let cut = try yard.job(1)
            #expect((cut["ready"] as? Int ?? 0) + (cut["succeeded"] as? Int ?? 0) == 0, "\(cut)")
            #expect(yard.read("ran") == nil)
            guard round == 0 else { break }
            try yard.killController()
            try yard.awaitController()
        }
    }
}

extension Farmyard {
    /// How much the ledger holds by now.
    func ledgerBytes() throws -> Int {
        let directory = "\(home)/farm/default/ledger"
        return try FileManager.default.contentsOfDirectory(atPath: directory).reduce(0) { sum, name in
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(name)")
            return sum + (attributes[.size] as? Int ?? 0)
        }
    }
}
