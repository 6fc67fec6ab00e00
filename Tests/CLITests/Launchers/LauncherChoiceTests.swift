import Foundation
import Testing

/// Which launcher is taken, and what is said of a wrong one.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct LauncherChoiceTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func write(_ text: String) throws {
        let profile = "\(yard.home)/farm/default"
        try FileManager.default.createDirectory(
            atPath: profile, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try text.write(toFile: "\(profile)/launchers.yaml", atomically: true, encoding: .utf8)
    }

    @Test func `an unknown launcher is named with what was probably meant and where it stands`() throws {
        let flag = try yard.tasks("cluster", "start", "--launcher", "slrum")
        #expect(flag.code == 2)
        #expect(flag.errors.contains("there is no launcher “slrum”; did you mean “slurm”?"), "\(flag.errors)")
        try yard.write("b.yaml", "engines: {launcher: nihgt}\ntasks: {a: {run: 'true'}}\n")
        try write("night: {kind: local, slots: 2}\n")
        let file = try yard.tasks("run", "b.yaml")
        #expect(file.code == 2)
        #expect(
            file.errors.contains("b.yaml:1:21: there is no launcher “nihgt”; did you mean “night”?"),
            "\(file.errors)")
    }

    @Test func `a launcher of launchers_yaml is used by name, from the command line and from a batch file`()
        throws
    {
        try write("here: {kind: local, slots: 3, engines: 2}\n")
        #expect(
            try yard.ok("cluster", "start", "--launcher", "here").output.contains("2 engines with 6 slots"))
        try yard.ok("cluster", "stop")
        try yard.write("b.yaml", "engines: {launcher: here}\ntasks: {a: {run: 'echo $TASKS_SLOTS'}}\n")
        try yard.ok("run", "b.yaml")
    }

    @Test(arguments: [
        ("lab: {kind: shs}", "launchers.yaml:1:13: there is no kind of launcher “shs”; did you mean “ssh”?"),
        ("lab: {slots: 2}", "launchers.yaml:1:1: the launcher `lab` has no `kind`"),
        (
            "lab: {kind: ssh, hots: [a]}",
            "launchers.yaml:1:18: `hots` is not a key of the launcher `lab`; did you mean “hosts”?"
        ),
        (
            "lab: {kind: slurm, hosts: [a]}",
            "launchers.yaml:1:20: `hosts` means nothing to a launcher of kind slurm"
        ),
        ("lab: {kind: slurm, options: -p std}", "launchers.yaml:1:29: `options` must be a list of words"),
        ("lab: {kind: slurm, nodes: 0}", "launchers.yaml:1:27: `nodes` must be"),
        ("lab: {kind: slurm, template: none.sh}", "launchers.yaml:1:30: `template`: there is no such file"),
        ("lab: {kind: command}", "launchers.yaml:1:6: the launcher `lab` has no `run`"),
        ("lab: {kind: ssh, hosts: []}", "launchers.yaml:1:25: `hosts` is empty"),
        ("lab: {kind: ssh, hosts: hosts.txt}", "launchers.yaml:1:25: `hosts`: there is no such file"),
    ])
    func `what is wrong in launchers_yaml is said with its place`(_ text: String, _ words: String) throws {
        try write(text)
        let start = try yard.tasks("cluster", "start", "--launcher", "lab")
        #expect(start.code == 2)
        #expect(start.errors.contains(words), "\(start.errors)")
        #expect(yard.processes("tasks").isEmpty)
    }

    @Test func `a template that cannot be used is said with its place`() throws {
        try write("lab:\n  kind: slurm\n  template: job.sh\n")
        let template = "\(yard.home)/farm/default/job.sh"
        try "#!/bin/sh\nsrun {egnine}\n".write(toFile: template, atomically: true, encoding: .utf8)
        let unknown = try yard.tasks("cluster", "start", "--launcher", "lab")
        #expect(unknown.code == 2)
        #expect(
            unknown.errors.contains("\(template):2:6: there is no {egnine}; did you mean {engine}?"),
            "\(unknown.errors)")
        try "#!/bin/sh\nsrun hostname\n".write(toFile: template, atomically: true, encoding: .utf8)
        let none = try yard.tasks("cluster", "start", "--launcher", "lab")
        #expect(none.code == 2 && none.errors.contains("\(template): it has no {engine}"), "\(none.errors)")
    }

    @Test func `a line of one's own starts engines, and ends with them`() throws {
        try write(
            "mine: {kind: command, run: 'echo {engines} at {slots} for {name}; exec {engine}', slots: 2}\n")
        #expect(
            try yard.ok("cluster", "start", "--launcher", "mine").output.contains("1 engine with 2 slots"))
        try yard.ok("submit", "--wait", "--", "true")
        let log = try String(contentsOfFile: "\(yard.home)/farm/default/log/mine-0.log", encoding: .utf8)
        #expect(log.hasPrefix("1 at 2 for tasks-default\n"))
        try yard.ok("cluster", "stop")
        #expect(yard.processes("tasks").isEmpty)
    }

    @Test func `options that mean nothing to a launcher are refused`() throws {
        let hosts = try yard.tasks("cluster", "start", "--launcher", "slurm", "--host", "a")
        #expect(hosts.code == 2 && hosts.errors.contains("are for a launcher of kind ssh"))
        let nodes = try yard.tasks("cluster", "start", "--nodes", "2")
        #expect(
            nodes.code == 2 && nodes.errors.contains("--nodes is for launchers of kind slurm, pbs and srun"))
        let words = try yard.tasks("cluster", "start", "--", "-p", "std")
        #expect(words.code == 2 && words.errors.contains("mean nothing to a launcher of kind local"))
        let advertise = try yard.tasks("cluster", "start", "--advertise", "farm.lab")
        #expect(advertise.code == 2 && advertise.errors.contains("add --listen"))
    }

    @Test func `a controller tells peers the names by which it is reached`() throws {
        try yard.ok("cluster", "start", "--listen", "127.0.0.1", "--advertise", "localhost,127.0.0.1")
        func endpoints(_ role: String) throws -> [String] {
            let path = "\(yard.home)/farm/default/security/\(role).json"
            let file = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
            return (file as? [String: Any])?["endpoints"] as? [String] ?? []
        }
        let engine = try endpoints("engine")
        #expect(engine.count == 3 && engine[0].hasPrefix("ipc://"))
        #expect(engine[1].hasPrefix("tcp://localhost:") && engine[2].hasPrefix("tcp://127.0.0.1:"))
        let port = engine[1].split(separator: ":").last
        // A controller that was killed is started again with the same.
        try yard.killController()
        try yard.awaitController()
        #expect(try endpoints("engine") == engine && port != nil)
        try yard.ok("cluster", "stop")
        // All interfaces: by address, and never by the address that means all of them.
        try yard.ok("cluster", "start", "--listen", "*")
        #expect(try endpoints("task-client").count >= 2)
        #expect(try !endpoints("task-client").contains { $0.contains("0.0.0.0") || $0.contains("*") })
        try yard.ok("cluster", "stop")
    }
}
