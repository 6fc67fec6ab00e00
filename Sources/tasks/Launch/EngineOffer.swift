import ArgumentParser
import FarmEngine
import FarmTemplate

/// What engines offer beside CPUs, as options say it.
enum EngineOffer {
    /// - Parameter prefix: what the options begin with.
    /// - Throws: `ValidationError` for a value that cannot be read.
    static func check(
        _ memory: String?, _ gpus: String?, _ resources: [String], prefix: String = "--"
    ) throws {
        if let memory, (ByteSize.parse(memory) ?? 0) == 0 {
            throw ValidationError("\(prefix)memory \(memory): expected a number of bytes, as in 500M or 10G")
        }
        if let gpus, EngineOptions.GPUs(gpus) == nil {
            throw ValidationError(
                "\(prefix)gpus \(gpus): expected how many, as in 2, or which, as in 0,2 or GPU-4a1b")
        }
        for resource in resources where EngineOptions.resource(resource) == nil {
            throw ValidationError("\(prefix)resource \(resource): expected NAME=N, as in fpga=2")
        }
    }

    static let untilHelp =
        "When its time ends: how long from now, as 2h, or a moment with its zone, as 2026-11-23T06:00:00+01:00; none. It leaves before. Default: the end of the Slurm or PBS job that it is started in."

    /// - Throws: `ValidationError` for a time that cannot be read, or is over.
    static func check(until: String?) throws {
        if let until, let fault = EndOfTime.fault(in: until) {
            throw ValidationError("--until \(until): \(fault)")
        }
    }

    static func apply(
        _ memory: String?, _ gpus: String?, _ resources: [String], to options: inout EngineOptions
    ) {
        options.memoryBytes = memory.flatMap(ByteSize.parse)
        options.gpus = gpus.flatMap(EngineOptions.GPUs.init)
        for resource in resources.compactMap(EngineOptions.resource) {
            options.resources[resource.name] = resource.amount
        }
    }
}
