import Foundation
import Glibc
import Testing

/// The process that stands over a cluster's engines: its death, and what it tells.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct KeeperTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func trouble() throws -> String {
        try yard.tasks("cluster", "status", "-o", "json").objects().first?["trouble"] as? String ?? ""
    }

    @Test func `a keeper that was killed is told, and stop ends its engines all the same`() throws {
        try yard.ok("cluster", "start", "-n", "2")
        #expect(try trouble() == "")
        try yard.killAndWait(yard.keepers)
        #expect(try trouble().contains("keeper"))
        let status = try yard.tasks("cluster", "status")
        #expect(status.code == 0 && status.errors.contains("has died"), "\(status.errors)")
        #expect(try yard.tasks("doctor").code == 1)
        try yard.ok("submit", "--wait", "--", "true")
        try yard.ok("cluster", "stop")
        #expect(yard.processes() == [])
        #expect(try trouble() == "")
    }

    @Test(arguments: ["stop", "start"])
    func `engines that outlived keeper and controller are ended by stop and by start`(_ cleaner: String)
        throws
    {
        try yard.ok("cluster", "start", "-n", "2")
        try yard.ok("submit", "--", "sh", "-c", "touch begun; MARK=\(yard.mark) sleep 300")
        try yard.eventually("the task has begun") { yard.read("begun") != nil }
        try yard.killControllerForGood()
        let left = yard.nannies
        #expect(left.count == 2)
        let status = try yard.tasks("cluster", "status")
        #expect(status.code == 3 && status.errors.contains("2 of its engines still run"), "\(status.errors)")
        #expect(try yard.tasks("cluster", cleaner).code == 0)
        #expect(Set(left).isDisjoint(with: yard.processes()))
        if cleaner == "start" {
            #expect(yard.nannies.count == 1)
            #expect(try trouble() == "")
            try yard.ok("cluster", "stop", "--now")
        }
        try yard.eventually("nothing is left") { yard.processes() == [] }
    }

    @Test(arguments: ["start", "stop"])
    func `while its lock's record is missing a cluster is not taken for a dead one`(_ command: String) throws {
        try yard.ok("cluster", "start")
        let engines = yard.nannies
        #expect(unlink("\(yard.home)/farm/default/controller.lock") == 0)
        let told = try yard.tasks("cluster", command)
        if command == "start" {
            #expect(told.code == 2 && told.errors.contains("already running"), "\(told.errors)")
            #expect(yard.nannies == engines)
            try yard.ok("submit", "--wait", "--", "true")
            try yard.ok("cluster", "stop")
        } else {
            #expect(told.code == 0 && told.output.contains("stopped: controller"), "\(told.output)")
        }
        try yard.eventually("nothing is left") { yard.processes() == [] }
    }

    @Test func `a keeper whose profile is removed ends with its engines`() throws {
        try yard.ok("cluster", "start", "-n", "2")
        try FileManager.default.removeItem(atPath: "\(yard.home)/farm/default")
        try yard.eventually("nothing is left") { yard.processes() == [] }
        try yard.ok("cluster", "start")
        #expect(try trouble() == "")
        try yard.ok("cluster", "stop")
    }

    @Test func `an engine's number that is another process by now is left alone`() throws {
        try yard.ok("cluster", "start")
        try yard.killControllerForGood()
        let engines = yard.nannies
        try yard.killAndWait(engines)
        try yard.eventually("workers are gone") { yard.workers == [] }
        let other = try yard.program("sleep", ["300"])
        let path = "\(yard.home)/farm/default/launcher.pid"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacing("engine=\(engines[0]) ", with: "engine=\(other.pid) ")
            .write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try yard.tasks("cluster", "stop").code == 0)
        #expect(!other.hasEnded)
        other.signal(SIGKILL)
    }

    @Test func `why a dead controller is not there again is told to whoever asks`() throws {
        try yard.ok("cluster", "start")
        try yard.ok("submit", "--", "sh", "-c", "while ! test -e go; do sleep 0.05; done")
        let wait = try yard.start(["wait", "1"])
        let keepers = yard.keepers
        for keeper in keepers { kill(keeper, SIGSTOP) }
        try yard.killController()
        let ledger = "\(yard.home)/farm/default/ledger"
        #expect(unlink("\(ledger)/ledger.sqlite-wal") == 0)
        for keeper in keepers { kill(keeper, SIGCONT) }
        try yard.eventually("the keeper has tried") { try trouble().contains("cannot be started again") }
        for command in [["status"], ["cluster", "status"], ["submit", "--", "true"]] {
            let told = try yard.start(command).wait()
            #expect(told.code == 3, "\(command): \(told.errors)")
            #expect(told.errors.contains("cannot be started again"), "\(command): \(told.errors)")
            #expect(told.errors.contains("`tasks ledger recover`"), "\(command): \(told.errors)")
        }
        let doctor = try yard.tasks("doctor")
        #expect(doctor.code == 1 && doctor.output.contains("cannot be started again"), "\(doctor.output)")
        try yard.eventually("who waits is told") { wait.errors.contains("cannot be started again") }
        #expect(try yard.tasks("ledger", "recover").code <= 1)
        try yard.awaitController()
        #expect(try trouble() == "")
        try yard.write("go", "")
        wait.signal(SIGINT)
        _ = try wait.wait()
        try yard.ok("cluster", "stop", "--now")
    }
}
