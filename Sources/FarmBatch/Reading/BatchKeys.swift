/// The keys of each mapping of a batch file. `docs/batch-file.schema.json` has the same, by the same places;
/// a test holds them together.
package enum BatchKeys {
    static let file = [
        "name", "labels", "priority", "weight", "durable", "max-running", "max-failures", "canary",
        "defaults", "tasks", "engines", "schedule", "notify", "extends",
    ]
    /// Keys of the file that later versions will have.
    static let laterInFile: Set = [
        "mpi", "scheme", "env", "compare", "keep",
    ]
    /// What a task and `defaults` have in common.
    static let shared = [
        "env", "dir", "setup", "check", "shell", "stdin", "stdout", "stderr", "result", "output-limit",
        "inputs", "outputs", "skip-unchanged", "retry", "timeout", "grace", "needs", "targets", "lane",
        "priority", "deadline", "start-within",
        "estimate", "speculate", "collective", "mpi", "max-running", "max-failures", "canary",
    ]
    static let task =
        ["run", "call", "with", "python", "after", "follow", "sweep", "name", "recovery"] + shared
    /// Keys of tasks that later versions will have.
    static let laterInTask: Set = [
        "durable", "extends", "labels",
        "delay", "scheme", "hold", "notify", "cache",
    ]
    /// What a recovery may say for itself; the rest is the task's.
    static let recovery = ["run", "call", "with", "python"] + shared.filter { !ofTaskAlone.contains($0) }
    private static let ofTaskAlone: Set = [
        "needs", "targets", "lane", "priority", "deadline", "start-within", "estimate", "speculate",
        "collective", "mpi",
        "max-running", "max-failures", "canary", "inputs", "outputs", "skip-unchanged",
    ]
    static let skipUnchanged = ["env"]
    /// What says what a task does; each has one of them.
    static let bodies = ["run", "call", "python"]
    static let line = task + ["params"]
    static let retry = [
        "failure", "timeout", "out-of-memory", "engine-lost", "exit-codes", "errors", "delay", "factor",
        "max-delay", "jitter", "avoid-engine", "memory-factor",
    ]
    /// Beside these, any name of a quantity.
    static let needs = ["cpus", "memory", "gpus", "tags"]
    /// How other jobs are named.
    static let source = ["job", "label"]
    static let after = ["all", "any", "at-least", "of", "match"] + source + ["when"]
    static let follow = ["all", "any"] + source
    /// What spans points, in the order in which they are multiplied.
    static let part = ["grid", "zip", "list", "csv", "range", "linspace", "logspace", "random"]
    static let sweep = part + ["repeat", "include", "exclude", "when", "seed"]
    /// What may stand for a list of values.
    static let axis = ["range", "linspace", "logspace", "random"]
    static let range = ["from", "to", "step"]
    static let space = ["from", "to", "count"]
    static let random = ["distribution", "from", "to", "mean", "stddev", "values", "count"]
    /// What the keys of numbers are called elsewhere.
    static let otherNumbers = [
        "start": "from", "begin": "from", "low": "from", "min": "from", "stop": "to", "end": "to",
        "high": "to",
        "max": "to", "num": "count", "size": "count", "std": "stddev", "sigma": "stddev", "mu": "mean",
        "dist": "distribution", "choices": "values",
    ]
    static let repeats = ["count", "name"]
    static let stdin = ["file", "text"]
    static let output = ["file", "append"]
    static let result = ["file", "regex"]
    static let python = [
        "code", "file", "push", "pull", "expression", "clear-before", "clear-after",
    ]
    static let mpi = ["ranks", "cpus-per-rank", "hosts", "launch"]
    static let engines = ["launcher", "slots", "count", "python"]
    static let schedule = ["cron", "timezone", "overlap", "catch-up", "jitter", "keep"]
    static let notify = ["failure", "recovery", "success"]

    /// All of them, by the name of their place.
    package static let places: [String: [String]] = [
        "file": file, "defaults": shared, "task": task, "recovery": recovery, "line": line, "retry": retry,
        "needs": needs, "source": source, "after": after, "follow": follow, "sweep": sweep, "part": part,
        "axis": axis,
        "range": range, "space": space, "random": random, "repeat": repeats,
        "stdin": stdin, "output": output, "result": result, "python": python, "mpi": mpi, "engines": engines,
        "schedule": schedule, "notify": notify, "skip-unchanged": skipUnchanged,
    ]
}
