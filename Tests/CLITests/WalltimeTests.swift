import Foundation
import Testing

/// Engines whose time has an end.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct WalltimeTests {
    let yard: Farmyard

    init() throws { yard = try Farmyard() }

    private func night(_ until: String) throws -> Running {
        try yard.start(["engine", "start", "--tags", "night", "--slots", "2", "--until", until])
    }

    @Test
    func `what runs when its engine's time is over goes to another at no cost, and the engine ends well`()
        throws
    {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1")
        let file = try yard.write(
            "night.yaml",
            """
            name: night
            defaults: {retry: {engine-lost: 0}, needs: {tags: [night]}}
            tasks:
              long: {grace: 1s, run: "touch begun; while ! test -e go; do sleep 0.05; done; echo done"}
            """)
        try yard.ok("submit", file)
        let first = try night("8s")
        try yard.eventually("it has begun") { yard.exists("begun") }
        let ended = try first.wait()
        #expect(ended.code == 0, "\(ended.errors)")
        try yard.eventually("it is back in the queue") {
            try yard.tasks("show", "night.0", "-o", "json").output.contains("walltime")
        }
        let second = try night("1h")
        _ = try yard.write("go", "")
        try yard.ok("wait", "night")
        let story = try yard.ok("show", "night.0").output
        #expect(story.contains("attempt 1 failed (walltime) at engine 1"), "\(story)")
        #expect(story.contains("attempt 2 succeeded"), "\(story)")
        try yard.ok("cluster", "stop")
        _ = try second.wait()
    }

    @Test func `why says how much an engine has left, and what is shorter goes there`() throws {
        try yard.ok("cluster", "start", "-n", "1", "--slots", "1", "--until", "20m")
        try yard.ok("submit", "--estimate", "30m", "--", "true")
        let why = try yard.ok("why", "1.0").output
        #expect(why.contains(" left, and a task of 30m is begun only with 32m 4s"), "\(why)")
        try yard.ok("submit", "--wait", "--estimate", "10m", "--", "true")
        let until = try #require(try yard.endOfTime())
        #expect((60...1_200).contains(until.timeIntervalSinceNow))
        #expect(try yard.ok("engine", "list").output.contains("until"))
        try yard.ok("cluster", "stop", "--now")
    }

    @Test func `engines of a cluster leave when their time is over, and are not started again`() throws {
        try yard.ok("cluster", "start", "-n", "2", "--slots", "1", "--until", "20s")
        try yard.eventually("both have left") { try yard.units().allSatisfy { $0.value.state == "left" } }
        #expect(try yard.attachedEngines().isEmpty)
        try yard.ok("cluster", "stop")
    }

    @Test(arguments: [
        ("tomorrow", "expected how long from now"), ("2020-01-01T00:00:00Z", "is over already"),
        ("0s", "is over already"),
    ])
    func `a time that cannot be read, or is over, is refused`(_ time: String, _ words: String) throws {
        for command in [["engine", "start"], ["cluster", "start"], ["run", "x.yaml"]] {
            let refused = try yard.start(command + ["--until", time]).wait()
            #expect(
                refused.code == 2 && refused.errors.contains("--until \(time): \(words)"), "\(refused.errors)"
            )
        }
    }
}
