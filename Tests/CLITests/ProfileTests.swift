import Foundation
import Glibc
import Testing

/// Profiles that are copied, moved and removed, also under a controller that runs.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ProfileTests {
    let yard: Farmyard
    private var farm: String { "\(yard.home)/farm" }

    init() throws { yard = try Farmyard() }

    private func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(atPath: "\(farm)/\(name)", toPath: "\(farm)/\(other)")
    }

    @Test func `a controller whose lock file was removed keeps others out, and puts it back`() throws {
        let controller = try yard.start(["controller"])
        try yard.awaitController()
        let lock = "\(farm)/default/controller.lock"
        let text = try String(contentsOfFile: lock, encoding: .utf8)
        #expect(unlink(lock) == 0)
        let second = try yard.tasks("controller")
        #expect(second.code == 2 && second.errors.contains("in use"), "\(second.errors)")
        try yard.eventually("it is there again") {
            (try? String(contentsOfFile: lock, encoding: .utf8)) == text
        }
        controller.signal(SIGTERM)
        #expect(try controller.wait().code == 0)
    }

    @Test(arguments: ["default", "default/ledger", "default/ledger/ledger.sqlite"])
    func `a controller whose profile or ledger was moved ends, and says so`(_ place: String) throws {
        let controller = try yard.start(["controller"])
        try yard.awaitController()
        try yard.ok("submit", "--", "true")
        try move(place, to: "elsewhere")
        let ended = try controller.wait()
        #expect(ended.code == 2)
        #expect(ended.errors.contains("was moved, removed or replaced"), "\(ended.errors)")
        #expect(ended.errors.contains("\(farm)/\(place)"), "\(ended.errors)")
        // Put back, it is as it was.
        if access("\(farm)/\(place)", F_OK) == 0 {
            try FileManager.default.removeItem(atPath: "\(farm)/\(place)")
        }
        try move("elsewhere", to: place)
        #expect(try yard.tasks("ledger", "check").code == 0)
        #expect(try yard.tasks("list", "-o", "json").objects().count == 1)
    }

    @Test func `commands on a copied profile do not reach the farm of the original`() throws {
        try yard.ok("cluster", "start")
        try yard.ok("submit", "--wait", "--", "true")
        let copied = try yard.shell("cp -a \(farm)/default \(farm)/copy")
        #expect(copied.code == 0)
        for command in [["submit", "--", "true"], ["status"], ["cancel", "1"], ["engine", "list"], ["engine", "start"]] {
            let words = command.prefix { $0 != "--" }
            let refused = try yard.start(
                words + ["--profile", "copy"] + command.dropFirst(words.count)
            ).wait()
            #expect(refused.code == 3, "\(command): \(refused.errors)")
            #expect(refused.errors.contains("was copied"), "\(command): \(refused.errors)")
        }
        // What it holds itself can be looked at.
        let list = try yard.tasks("list", "--profile", "copy")
        #expect(list.code == 0 && list.errors.contains("no controller since"), "\(list.errors)")
        #expect(try yard.tasks("cluster", "status", "--profile", "copy").code == 3)
        #expect(try yard.tasks("cluster", "stop", "--profile", "copy").code == 3)
        // A controller makes it a farm of its own; the original never hears of it.
        try yard.ok("cluster", "start", "--profile", "copy")
        try yard.ok("submit", "--wait", "--profile", "copy", "--", "true")
        try yard.ok("cluster", "stop", "--profile", "copy")
        #expect(try yard.tasks("list", "-o", "json").objects().count == 1)
        #expect(try yard.tasks("engine", "list", "-o", "json").objects().count == 1)
        try yard.ok("cluster", "stop")
    }

    @Test func `what to type next is said for the profile that was chosen`() throws {
        let profile = ["--profile", "night shift"]
        let mark = "--profile 'night shift'`"
        #expect(try yard.start(["cluster", "status"] + profile).wait().errors.contains("start \(mark)"))
        let nobody = try yard.start(["submit"] + profile + ["--", "echo", "--profile", "x"]).wait()
        #expect(nobody.errors.contains("`tasks cluster start \(mark)"), "\(nobody.errors)")
        let started = try yard.start(["cluster", "start"] + profile).wait()
        #expect(started.output.contains("tasks status --profile 'night shift'"), "\(started.output)")
        let again = try yard.start(["cluster", "start", "--profile=night shift"]).wait()
        #expect(again.errors.contains("`tasks cluster stop \(mark)"), "\(again.errors)")
        // Words of the controller's.
        let unknown = try yard.start(["show", "77"] + profile).wait()
        #expect(unknown.errors.contains("`tasks list \(mark)"), "\(unknown.errors)")
        #expect(try !yard.tasks("show", "77").errors.contains("--profile"))
        #expect(try yard.start(["cluster", "stop"] + profile).wait().code == 0)
    }
}
