import Foundation
import Testing

/// `tasks run --resume`, and a controller that is started with the machine.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ResumeTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func write() throws {
        try yard.write(
            "slow.yaml",
            """
            name: slow
            tasks:
              first: {sweep: {range: {i: {from: 1, to: 4, step: 1}}}, run: "echo ${{ i }} >> done"}
              # When it has run for a while, the ends of the first ones are recorded.
              pause: {after: first, run: "sleep 0.5"}
              rest:
                after: pause
                sweep: {range: {i: {from: 5, to: 12, step: 1}}}
                run: |
                  echo ${{ i }} >> begun
                  while ! test -e go; do sleep 0.05; done
                  echo ${{ i }} >> done
            engines: {count: 1, slots: 2}
            """)
    }

    private func lines(_ name: String) -> [Int] {
        (yard.read(name) ?? "").split(separator: "\n").compactMap { Int($0) }.sorted()
    }

    @Test(arguments: [SIGINT, SIGKILL])
    func `C47 an interrupted run goes on where it was, and what had ended is not run again`(
        signal: Int32
    ) throws {
        try write()
        let run = try yard.start(["run", "slow.yaml"])
        try yard.eventually("four have ended, others run") { lines("begun").count == 2 }
        #expect(lines("done") == [1, 2, 3, 4])
        run.signal(signal)
        let ended = try run.wait()
        #expect(ended.code == (signal == SIGINT ? 130 : -SIGKILL))
        if signal == SIGINT { #expect(ended.errors.contains("tasks run --resume slow.yaml")) }
        try yard.eventually("all processes are gone") { yard.processes() == [] }

        try yard.write("go", "")
        let rest = try yard.tasks("run", "--resume", "slow.yaml", "-o", "json")
        #expect(rest.code == 0, "\(rest.errors)")
        #expect(try rest.objects().count == 13)
        #expect(lines("done") == Array(1...12))
        let none = try yard.tasks("run", "--resume", "slow.yaml")
        #expect(none.code == 2 && none.errors.contains("no interrupted run"))
    }

    @Test func `a file that has changed is not gone on with, and a run anew says what it gives up`() throws {
        try write()
        let run = try yard.start(["run", "slow.yaml"])
        try yard.eventually("it has begun") { lines("begun").count > 0 }
        run.signal(SIGKILL)
        _ = try run.wait()
        let text = try #require(yard.read("slow.yaml"))
        try yard.write("slow.yaml", text + "# changed\n")
        let other = try yard.tasks("run", "--resume", "slow.yaml")
        #expect(other.code == 2 && other.errors.contains("not what was interrupted"))
        try yard.write("go", "")
        let anew = try yard.tasks("run", "slow.yaml")
        #expect(anew.code == 0 && anew.errors.contains("given up"))
        #expect(try yard.tasks("run", "--resume", "--", "true").code == 2)
    }

    @Test(arguments: ["base.yaml", "points.csv"])
    func `a file that the batch file names is looked at like the file itself`(_ other: String) throws {
        try yard.write("base.yaml", "name: base\n")
        try yard.write("points.csv", "i\n1\n2\n")
        try yard.write(
            "slow.yaml",
            """
            extends: base.yaml
            tasks:
              a:
                sweep: {csv: points.csv}
                run: "echo ${{ i }} >> begun; while ! test -e go; do sleep 0.05; done"
            engines: {count: 1, slots: 2}
            """)
        let run = try yard.start(["run", "slow.yaml"])
        try yard.eventually("it has begun") { lines("begun").count > 0 }
        run.signal(SIGKILL)
        _ = try run.wait()
        try yard.eventually("all processes are gone") { yard.processes() == [] }
        let before = try #require(yard.read(other))
        try yard.write(other, before + (other == "base.yaml" ? "labels: {a: b}\n" : "3\n"))
        let changed = try yard.tasks("run", "--resume", "slow.yaml")
        #expect(changed.code == 2 && changed.errors.contains("a file that it names"), "\(changed.errors)")
        try yard.write(other, before)
        try yard.write("go", "")
        let rest = try yard.tasks("run", "--resume", "slow.yaml", "-o", "json")
        #expect(rest.code == 0, "\(rest.errors)")
        #expect(try rest.objects().count == 2)
    }

    @Test func `controller install writes a unit, or prints the crontab's line`() throws {
        let unit = try yard.tasks(
            "controller", "install", "--as", "systemd", "--keep-age", "30d",
            environment: ["XDG_CONFIG_HOME": "\(yard.home)/config"])
        #expect(unit.code == 0 && unit.output.contains("systemctl --user enable --now"))
        let text = try String(
            contentsOfFile: "\(yard.home)/config/systemd/user/tasks-controller-default.service",
            encoding: .utf8)
        #expect(text.contains("\"controller\" \"run\" \"--profile\" \"\(yard.home)/farm/default\""))
        #expect(text.contains("\"--keep-age\" \"30d\"") && text.contains("Restart=on-failure"))
        let cron = try yard.ok("controller", "install", "--as", "cron")
        #expect(cron.output.hasPrefix("@reboot /") && cron.output.contains("controller run --profile"))
        let bad = try yard.tasks("controller", "install", "--keep-size", "much")
        #expect(bad.code == 2)
    }
}
