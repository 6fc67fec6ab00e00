import FarmFunctions
import FarmProcess
import FarmTemplate
import FarmTransport
import Synchronization

/// What the attempts of one group share on this engine: made when the template comes, so that an attempt
/// looks nothing up and parses nothing.
final class LoadedGroup: Sendable {
    /// What an attempt of the group is.
    enum Kind: Sendable {
        /// A call whose input is the task's payload as it came: nothing has to be rendered.
        case call(FunctionRunner)
        /// A call whose input is made for each task.
        case renderedCall(CompiledTemplate, FunctionRunner)
        /// A command, rendered for each task.
        case command(CompiledTemplate)
        /// A call of one of the namespace's own functions, whose input is the payload as it came, or is
        /// made for each task.
        case namespace(NamespaceCall, CompiledTemplate?)
        /// A Python task.
        case python(CompiledTemplate)
        /// Every attempt fails before it starts, with this message.
        case broken(String)
    }

    let job: JobID
    let timeoutNanoseconds: Int64
    let cpus: UInt32
    /// Bytes that an attempt may use; 0 for any number.
    let memoryBytes: UInt64
    /// Its attempts run beside the engine's slots.
    let isInLane: Bool
    let identities: EngineIdentities
    let kind: Kind
    /// Its tasks' parameters come in their payloads.
    let hasGivenParameters: Bool
    /// What its tasks read and leave behind is declared; nil if nothing of the kind is.
    let declared: DeclaredContent?
    /// Where the job was submitted; nil if that is not said.
    let submitDirectory: String?
    /// What all calls of the template share: a payload, empty for none.
    let sharedPayload: [UInt8]
    /// For the contexts of its functions.
    let surroundings: TaskContext.Surroundings
    private let shared = Mutex<Shared>(Shared())

    private struct Shared {
        var environment: PreparedEnvironment?
        var shell: [String]?
        var setsThreads: Bool?
    }

    init(
        _ message: TemplateMessage, _ template: Result<TaskTemplate, any Error>,
        registry: FunctionRegistry, engine: String,
        identities: EngineIdentities, namespace: any NamespaceStorage,
        sink: @escaping @Sendable (UInt64, UInt32, String) -> Void
    ) {
        job = message.job
        timeoutNanoseconds = message.timeoutNanoseconds
        cpus = max(1, message.cpus)
        memoryBytes = message.memoryBytes
        isInLane = !message.lane.isEmpty
        self.identities = identities
        sharedPayload = (try? template.get().shared) ?? []
        surroundings = TaskContext.Surroundings(
            group: message.name, engine: engine, cpus: identities.cores, gpus: identities.gpus,
            shared: sharedPayload, namespace: namespace, sink: sink)
        submitDirectory =
            message.surroundings.isEmpty
            ? nil : (try? Surroundings(decoding: message.surroundings))?.directory
        kind = Self.compile(template, message, registry)
        hasGivenParameters = (try? template.get()).map { !$0.payloadParameters.isEmpty } ?? false
        declared = DeclaredContent(try? template.get(), kind)
    }

    private static func compile(
        _ template: Result<TaskTemplate, any Error>, _ message: TemplateMessage, _ registry: FunctionRegistry
    ) -> Kind {
        do {
            let template = try template.get()
            if case .function(let name, nil) = template.body, template.parameters.isEmpty,
                template.namePattern == nil, template.check == nil, !DeclaredContent.isDeclared(by: template)
            {
                if let call = NamespaceCall(rawValue: name) { return .namespace(call, nil) }
                return .call(try registry.runner(named: name))
            }
            let surroundings = try Surroundings(decoding: message.surroundings)
            let compiled = try CompiledTemplate(
                template, name: message.name, surroundings: surroundings,
                results: try results(message, in: surroundings.directory))
            if case .function(let name, _) = template.body {
                if let call = NamespaceCall(rawValue: name) { return .namespace(call, compiled) }
                return .renderedCall(compiled, try registry.runner(named: name))
            }
            if case .python = template.body { return .python(compiled) }
            return .command(compiled)
        } catch {
            return .broken("\(error)")
        }
    }

    /// What tasks that were waited for have left behind; one without a directory of its own ran in
    /// `directory`.
    private static func results(
        _ message: TemplateMessage, in directory: String
    ) throws -> TaskResults {
        var known: [String: TaskResult] = [:]
        for entry in message.results {
            let payload = try entry.sections.withUnsafeBytes { (bytes) in try AttemptPayload(decoding: bytes)
            }
            known[entry.name] = TaskResult(
                task: entry.task.description, value: try payload.value.map(Self.json), isCut: entry.isCut,
                directory: payload.directory ?? directory)
        }
        return .known(known)
    }

    private static func json(_ value: AttemptPayload.Value) throws -> JSONValue {
        try JSONValue(parsing: Array(try PayloadCodec.json([value.codec] + value.bytes).utf8))
    }

    /// What runs attempts.
    enum Executor {
        /// Takes all else, if only to fail on it.
        case slots
        case commands
        case kernel
    }

    /// What runs the attempts of the group.
    var executor: Executor {
        switch kind {
        case .command: .commands
        case .namespace, .python: .kernel
        case .call, .renderedCall, .broken: .slots
        }
    }

    /// The part of the environment that all tasks have, in the form that exec takes; the first task's serves
    /// them all.
    func environment(of task: RenderedTask) -> PreparedEnvironment {
        shared.withLock { shared in
            if let known = shared.environment { return known }
            let made = PreparedEnvironment(task.environment)
            shared.environment = made
            return made
        }
    }

    /// Whether the tasks' environment says how many threads OpenMP is to start.
    func setsThreads(_ task: RenderedTask) -> Bool {
        let isShared = shared.withLock { shared in
            if let known = shared.setsThreads { return known }
            let made = task.environment.contains { $0.hasPrefix(CommandRequest.threadsVariable) }
            shared.setsThreads = made
            return made
        }
        return isShared || task.variables.contains { $0.hasPrefix(CommandRequest.threadsVariable) }
    }

    /// `bash -eo pipefail -c` if the tasks' `PATH` has a bash, else `sh -e -c`.
    func defaultShell(of task: RenderedTask) -> [String] {
        shared.withLock { shared in
            if let known = shared.shell { return known }
            let made = DefaultShell.words(environment: task.environment)
            shared.shell = made
            return made
        }
    }
}
