import ArgumentParser
import FarmBatch
import TaskFarm

/// What `run` and `submit` may say of the job as a whole, also of one in a batch file: there it goes before
/// what the file says.
struct JobFlags: ParsableArguments {
    @Option(help: "The job's name. In a batch file it stands as name:.")
    var name: String?
    @Option(help: "A label, as KEY=VALUE; may be repeated.")
    var label: [String] = []
    @Option(parsing: .unconditional, help: "Higher goes first; default 0.")
    var priority: Int32?
    @Option(
        parsing: .unconditional,
        help: "The job's share of your slots beside your other jobs', 0.01 to 1000; default 1.")
    var weight: String?
    @Option(help: "Tasks of the job that may be with engines at a time.")
    var maxRunning: UInt32?
    @Option(
        parsing: .unconditional,
        help: "Failed tasks that are put up with, as 5 or 5%; with one more the rest is cancelled.")
    var maxFailures: String?
    @Option(help: "So many tasks go first; if all of them fail, the rest is cancelled.")
    var canary: UInt32?
    @Flag(
        inversion: .prefixedNo,
        help: "Whether the job outlives the controller; without, it is kept in memory only. Default: it does."
    )
    var durable: Bool?
    @Flag(help: "Run also what is unchanged (skip-unchanged: in a file).")
    var force = false

    func validate() throws {
        if let priority, !(-1_000_000...1_000_000).contains(priority) {
            throw ValidationError("--priority \(priority): expected a number from -1000000 to 1000000")
        }
        if let weight, Quantity.weight(weight) == nil {
            throw ValidationError("--weight '\(weight)': expected 0.01 to 1000 with at most two decimals")
        }
        if let maxFailures, Quantity.failureLimit(maxFailures) == nil {
            throw ValidationError(
                "--max-failures '\(maxFailures)': expected a number of tasks, or a share from 0% to 100%, as 2.5%"
            )
        }
        for (option, number) in [("max-running", maxRunning), ("canary", canary)] where number == 0 {
            throw ValidationError("--\(option) 0: expected at least 1; leave it out for none")
        }
        if let name, !Self.isGood(name) {
            throw ValidationError(
                "--name '\(name)': letters, digits, '_', '-' and '.' make a name; a number or 'last' is none")
        }
        _ = try labels()
        try TaskFlags.refuseExpressions("label", label)
    }

    /// As batch files have it: what selects jobs otherwise cannot be a name.
    private static func isGood(_ name: String) -> Bool {
        let isWord = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        return isWord && !name.isEmpty && name.utf8.count <= 100 && name != "last"
            && !(name.first?.isNumber ?? true)
    }

    func labels() throws -> [Label] {
        try label.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw ValidationError("--label '\(text)': expected KEY=VALUE, as in project=heat")
            }
            return Label(key: String(parts[0]), value: String(parts[1]))
        }
    }

    /// Puts the options in the place of what the file says.
    func apply(to batch: inout Batch) throws {
        if let name { batch.name = name }
        let added = try labels()
        batch.labels.removeAll { old in added.contains { $0.key == old.key } }
        batch.labels += added
        if let priority {
            for index in batch.groups.indices { batch.groups[index].policy.priority = priority }
        }
        if let durable { batch.isDurable = durable }
        if force {
            for index in batch.templates.indices { batch.templates[index].skipUnchanged?.isForced = true }
        }
        apply(&batch.weight, &batch.brake)
    }

    func apply(to options: inout CommandOptions) throws {
        if let name { options.jobName = name }
        options.labels = try labels()
        if let priority { options.policy.priority = priority }
        if let durable { options.isDurable = durable }
        options.isForced = force
        apply(&options.weight, &options.brake)
    }

    private func apply(_ weight: inout UInt32, _ brake: inout Brake) {
        if let given = self.weight.flatMap(Quantity.weight) { weight = given }
        if let maxRunning { brake.maxRunning = maxRunning }
        if let limit = maxFailures.flatMap(Quantity.failureLimit) { brake.maxFailures = limit }
        if let canary { brake.canary = canary }
    }

    /// What was given.
    var given: [GivenOption] {
        GivenOption.list([
            ("name", name), ("priority", priority.map(String.init)), ("weight", weight),
            ("max-running", maxRunning.map(String.init)), ("max-failures", maxFailures),
            ("canary", canary.map(String.init)), ("durable", durable.map { "\($0)" }),
            ("force", force ? "" : nil),
        ]) + label.map { GivenOption(name: "label", value: $0) }
    }
}

/// An option with its value, for messages and to tell whether two calls mean the same.
struct GivenOption {
    var name: String
    var value: String

    /// Those that have a value.
    static func list(_ options: [(String, String?)]) -> [GivenOption] {
        options.compactMap { name, value in value.map { GivenOption(name: name, value: $0) } }
    }
}
