import CMalloc
import Foundation
import TaskFarm

/// What the scheduler keeps of a task, beside its payload, which it never has.
///
/// Each case runs in a process of its own. `held` is what the allocator has given out in the end
/// (`mallinfo2`), exact but for growth that is not used yet; `peak` is the largest resident memory (`VmHWM`),
/// with what was needed for a moment only, exact to a page.
struct CoreMemory: Sendable {
    /// Bytes a task.
    struct Figure {
        var held: Double
        var peak: Double
    }

    let name: String
    let tasks: Int
    /// Bytes; nil where there is none.
    var floor: Double?
    /// No engine takes anything unless they are to end.
    let isRun: Bool
    let job: @Sendable () -> CoreJob

    static let all = [
        CoreMemory(name: "array task, not started", tasks: 1_000_000, floor: 16, isRun: false) {
            .array(1_000_000)
        },
        CoreMemory(name: "array task, ended", tasks: 1_000_000, isRun: true) { .array(1_000_000) },
        CoreMemory(name: "queued task with a payload", tasks: 1_000_000, floor: 200, isRun: false) {
            .map(1_000_000)
        },
        CoreMemory(name: "queued group of one task", tasks: 100_000, isRun: false) {
            CoreJob(groups: 100_000, isStreaming: true) { _ in .array(1) }
        },
    ]

    /// Measures it in a process of its own.
    func measure() throws -> Figure {
        let text = try Child(CommandLine.arguments[0], ["core", "--memory", name]).finish()
        guard let held = Child.number(in: text, "held"), let peak = Child.number(in: text, "peak") else {
            throw BenchError("no bytes of '\(name)' in \(text)")
        }
        return Figure(held: held, peak: peak)
    }

    /// Measures it in this process, in which nothing else may have been done, and prints JSON.
    func measureHere() throws {
        // Pages of code that are read in now do not count later.
        let first = CoreFarm()
        for job in [CoreJob.array(1_000), .map(1_000)] { try first.submit(job) }
        first.run()
        let farm = CoreFarm(.init(engines: isRun ? 8 : 0))
        let job = job()
        let held = Self.heldBytes
        let resident = try Self.status("VmRSS")
        try farm.submit(job)
        farm.run()
        guard farm.succeeded == (isRun ? tasks : 0) else {
            throw BenchError("\(name): \(farm.succeeded) tasks succeeded")
        }
        try withExtendedLifetime(farm) {
            let more = Double(Self.heldBytes) - Double(held)
            let peak = try Self.status("VmHWM") - resident
            print("{\"held\":\(more / Double(tasks)),\"peak\":\(peak / Double(tasks))}")
        }
    }

    private static var heldBytes: Int {
        let info = mallinfo2()
        return info.uordblks + info.hblkhd
    }

    /// Bytes of this process by `/proc/self/status`.
    private static func status(_ key: String) throws -> Double {
        let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix(key + ":") }
        let words = line?.split(whereSeparator: \.isWhitespace) ?? []
        guard words.count > 1, let kibibytes = Double(words[1]) else {
            throw BenchError("no \(key) in /proc/self/status")
        }
        return kibibytes * 1_024
    }
}
