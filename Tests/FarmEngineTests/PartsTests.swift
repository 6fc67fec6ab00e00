import FarmTransport
import Foundation
import Logging
import Testing

@testable import FarmEngine

@Suite struct PartsTests {
    @Test func `a worker that crashes is restarted at once, then later and later, and not for ever`() {
        var policy = RestartPolicy()
        let first = [1.0, 1, 1, 100].map { policy.pause(afterSeconds: $0) }
        #expect(first == [0, 0.05, 0.1, 0])
        var pauses: [Double] = []
        while let pause = policy.pause(afterSeconds: 1) { pauses.append(pause) }
        #expect(pauses.count == RestartPolicy.mostInARow - 1)
        #expect(pauses.last == RestartPolicy.longestPauseSeconds)
    }

    @Test func `a lone result is sent at once, a stream of them together`() {
        var policy = WakePolicy()
        let now = Instant(nanoseconds: 1_000_000_000)
        let isFirstTold = policy.added(goesOn: true)
        #expect(isFirstTold)
        policy.sent(at: now)
        #expect(policy.holds(at: now))
        #expect(policy.promisedAt == now + WakePolicy.promiseNanoseconds)
        var told = 0
        for _ in 0..<10 where policy.added(goesOn: true) { told += 1 }
        #expect(told == 0)
        let isLastTold = policy.added(goesOn: false)
        #expect(isLastTold)
        #expect(!policy.holds(at: now))
        policy.sent(at: now)
        policy.sent(at: now + 1)
        #expect(policy.promisedAt == nil)
    }

    @Test func `options read back as they were`() throws {
        var options = EngineOptions()
        options.capability = "/a b/c.json"
        options.name = "e1"
        options.slots = 4
        options.cpus = 8
        options.memoryBytes = 3 << 30
        options.gpus = .ids(["2"])
        options.resources = ["fpga": 2, "license": 1]
        options.tags = ["gpu", "big"]
        options.logLevel = .debug
        #expect(try EngineOptions(arguments: options.arguments) == options)
        #expect(try EngineOptions(arguments: ["--slots=3", "--tags=a,b"]).tags == ["a", "b"])
    }

    @Test(
        arguments: [
            ("2", .count(2)), ("0", .count(0)), ("0,2", .ids(["0", "2"])), ("2,", .ids(["2"])),
            ("GPU-4a1b", .ids(["GPU-4a1b"])), ("-1", nil), ("", nil), ("0,0", nil), ("a b", nil), (",", nil),
            ("01,2", nil),
        ] as [(String, EngineOptions.GPUs?)])
    func `GPUs are said by how many or by which`(_ text: String, _ gpus: EngineOptions.GPUs?) {
        #expect(EngineOptions.GPUs(text) == gpus)
        if let gpus { #expect(EngineOptions.GPUs(gpus.text) == gpus) }
    }

    @Test(arguments: [
        ["--memory", "much"], ["--memory", "0"], ["--gpus", "x y"], ["--resource", "fpga"],
        ["--resource", "fpga=0"], ["--resource", "cpus=2"], ["--resource", "2=2"],
        ["--resource", "é=2"], ["--resource", "a\nb=2"],
    ])
    func `a value that cannot be read is named`(_ arguments: [String]) {
        let error = #expect(throws: EngineError.self) { try EngineOptions(arguments: arguments) }
        #expect(error?.message.contains("`\(arguments[0]) \(arguments[1])`: expected") == true)
    }

    @Test(arguments: ["--name", "--tags"])
    func `text with control characters is refused before the controller would`(_ option: String) {
        let error = #expect(throws: EngineError.self) {
            try EngineOptions(arguments: [option, "two\nlines"])
        }
        #expect(error?.message.contains(#""two\nlines" holds a control character"#) == true)
    }

    @Test(arguments: [
        (250, "250ms"), (1000, "1s"), (1500, "1.500s"), (60_000, "1m"), (90_000, "1m 30s"), (3_600_000, "1h"),
    ])
    func `durations read as people write them`(_ milliseconds: Int64, _ words: String) {
        #expect((milliseconds * 1_000_000).durationWords == words)
    }

    @Test func `a log that is full is moved aside, and the oldest is dropped`() throws {
        let path = NSTemporaryDirectory() + "log-\(UUID().uuidString)"
        defer {
            for end in ["", ".1", ".2", ".3"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        let file = try RotatingFile(path: path, limitBytes: 100, files: 3)
        for number in 0..<50 { file.write("line \(number) of the log") }
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("line 49 of the log\n"))
        #expect(FileManager.default.fileExists(atPath: path + ".2"))
        #expect(!FileManager.default.fileExists(atPath: path + ".3"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `an event is one line, whatever it quotes`() throws {
        let path = NSTemporaryDirectory() + "log-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = try RotatingFile(path: path)
        let logger = Logger(label: "x") { FileLog(label: $0, file: file) }
        logger.info("two\nlines", metadata: ["slots": "4"])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix("info x: two\\nlines slots=4\n"))
    }
}
