import FarmProcess

/// A process of this machine that is a unit: an engine itself, or a program around several, such as mpiexec.
struct KeptCommand: Sendable {
    /// The unit's name.
    var name: String
    /// The engines that it stands for.
    var engineCount = 1
    /// The command line.
    var arguments: [String]
    /// The file to run when it is not `arguments[0]`.
    var program: String?
    /// The file that its output goes to; empty: this process's standard error.
    var log: String
    /// It is an engine: what its exit code says it would say again, so it is not started again. A program
    /// around engines ends with a code of its own when one of them was killed.
    var isEngine = false
    /// What it is sent to leave when idle, and to leave now; what is around engines passes them on.
    var idleSignal: Int32 = 10  // SIGUSR1
    var nowSignal = Signals.terminate
    /// The whole session gets the signals: what is between us and the engines passes none on.
    var signalsGroup = false

    /// Ends what a process that was killed has left elsewhere, as srun its step.
    var endLeftovers: (@Sendable () -> Void)?

    func request() -> SpawnRequest {
        var request = SpawnRequest(
            arguments, environment: .ofThisProcess(), input: .null,
            output: log.isEmpty ? .descriptor(2) : .file(log, append: true), errors: .sameAsOutput)
        request.program = program
        return request
    }
}
