internal import CSystem
internal import Glibc
internal import Synchronization

/// Starts child processes, thousands a second: `clone` with shared memory, as vfork does, and no allocation
/// of its own for each child.
///
/// The calling thread stands still until the child has exec'd (about 0.1 ms). One spawner serves one thread.
/// Needs Linux 5.3 or later (pidfd).
public struct Spawner: ~Copyable {
    private var arena = SpawnArena()
    private let stack: UnsafeMutableRawBufferPointer
    private let nullDescriptor: Int32
    /// The child that is between its birth and its entry in the process table, which looks here.
    private let newborn: UnsafeMutablePointer<Int32>

    /// Used when the child's environment has no `PATH`, as the C library does.
    static let defaultSearchPath = "/usr/local/bin:/usr/bin:/bin"

    /// A spawner with its scratch memory.
    public init() throws(SpawnError) {
        farm_reserve_standard_descriptors()
        nullDescriptor = open("/dev/null", O_RDWR | O_CLOEXEC)
        stack = .allocate(byteCount: 64 << 10, alignment: 64)
        newborn = .allocate(capacity: 1)
        newborn.initialize(to: 0)
        let cell = UInt(bitPattern: newborn)
        ProcessTable.shared.withLock { _ = $0.newborns.insert(cell) }
        guard nullDescriptor >= 0 else {
            let number = errno
            throw SpawnError(
                .resourcesExhausted, "cannot open /dev/null: \(String(cString: strerror(number)))",
                errorNumber: number)
        }
    }

    deinit {
        let cell = UInt(bitPattern: newborn)
        ProcessTable.shared.withLock { _ = $0.newborns.remove(cell) }
        newborn.deallocate()
        stack.deallocate()
        if nullDescriptor >= 0 { close(nullDescriptor) }
    }

    /// Starts a child. When this returns, the program runs; when it throws, nothing is left behind.
    /// - Parameter mark: of the engine that the child is part of: it does not outlive that engine, since
    ///   `Subreaper.sweepDeadEngines` finds it. Nil for what stands by itself, as an engine does for its
    ///   launcher.
    public mutating func spawn(
        _ request: SpawnRequest, mark: EngineMark? = nil
    ) throws(SpawnError) -> ChildProcess {
        let serial = ProcessTable.shared.withLock { $0.takeSerial() }
        let variable = mark.map { AttemptMark.variablePrefix($0) + String(serial) }
        return ChildProcess(try start(request, mark: variable, serial: serial), serial: serial)
    }

    /// Starts a child with one more variable, and enters it in the process table under `serial`.
    mutating func start(_ request: SpawnRequest, mark: String?, serial: UInt64) throws(SpawnError)
        -> SpawnedChild
    {
        try check(request)
        let path = searchPath(of: request)
        reserve(for: request, mark: mark, searchPath: path)
        var ends = StreamEnds()
        defer { ends.closeChildSide() }
        do throws(SpawnError) {
            var plan = farm_spawn_plan()
            try ends.open(request, null: nullDescriptor)
            fill(&plan, request, ends)
            let (pid, candidate) = try launch(&plan, request, mark: mark, searchPath: path, serial: serial)
            guard pid > 0 else {
                throw SpawnDiagnosis(
                    request: request, searchPath: path, stage: Int(plan.failed_stage),
                    errorNumber: plan.failed_errno, candidate: candidate
                ).error()
            }
            return SpawnedChild(pid: pid, pidDescriptor: plan.pidfd, output: ends.output, errors: ends.errors)
        } catch {
            ends.closeParentSide()
            throw error
        }
    }

    private func check(_ request: SpawnRequest) throws(SpawnError) {
        if request.arguments.isEmpty || (request.program ?? request.arguments[0]).isEmpty {
            throw SpawnError(.invalidRequest, "no program to run: the command is empty; name a program")
        }
        if request.passedDescriptors.count > Int(FARM_PASSED_LIMIT) {
            throw SpawnError(
                .invalidRequest, "more than \(FARM_PASSED_LIMIT) descriptors to pass on; pass fewer")
        }
        if let cpu = request.cpus.first(where: { $0 < 0 || $0 >= CPUMask.limit }) {
            throw SpawnError(.invalidRequest, "there is no processor \(cpu); choose from those of this host")
        }
    }

    private func searchPath(of request: SpawnRequest) -> String {
        if let own = request.variables.last(where: { $0.hasPrefix("PATH=") }) {
            return String(own.dropFirst(5))
        }
        return request.environment.searchPath ?? Self.defaultSearchPath
    }

    private mutating func reserve(for request: SpawnRequest, mark: String?, searchPath: String) {
        let program = request.program ?? request.arguments[0]
        let places = searchPath.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: ":") ? 1 : 0) }
        var byteCount = searchPath.utf8.count + places * (program.utf8.count + 3) + program.utf8.count + 64
        byteCount += (mark?.utf8.count ?? 0) + (request.directory?.utf8.count ?? 0)
        for argument in request.arguments { byteCount += argument.utf8.count + 1 }
        for variable in request.variables { byteCount += variable.utf8.count + 1 }
        if case .file(let path) = request.input { byteCount += path.utf8.count + 1 }
        if case .file(let path, _) = request.output { byteCount += path.utf8.count + 1 }
        if case .file(let path, _) = request.errors { byteCount += path.utf8.count + 1 }
        let pointers =
            request.arguments.count + request.variables.count + request.environment.entries.count + places + 8
        arena.reserve(byteCount: byteCount, pointers: pointers)
    }

    /// What does not depend on the shared environment's memory.
    private mutating func fill(_ plan: inout farm_spawn_plan, _ request: SpawnRequest, _ ends: StreamEnds) {
        plan.arguments = UnsafePointer(arena.tableStart)
        for argument in request.arguments { arena.push(arena.add(argument)) }
        arena.push(nil)
        if let directory = request.directory { plan.directory = UnsafePointer(arena.add(directory)) }
        plan.new_session = request.newSession ? 1 : 0
        plan.streams.0 = stream(ends.childInput, request.input.path, O_RDONLY)
        plan.streams.1 = stream(ends.childOutput, request.output.path, request.output.openFlags)
        plan.streams.2 = stream(ends.childErrors, request.errors.path, request.errors.openFlags)
    }

    private mutating func stream(_ descriptor: Int32, _ path: String?, _ flags: Int32) -> farm_stream {
        guard descriptor == FARM_FROM_PATH, let path else {
            return farm_stream(descriptor: descriptor, path: nil, flags: 0)
        }
        return farm_stream(descriptor: descriptor, path: UnsafePointer(arena.add(path)), flags: flags)
    }

    private mutating func launch(
        _ plan: inout farm_spawn_plan, _ request: SpawnRequest, mark: String?, searchPath: String,
        serial: UInt64
    ) throws(SpawnError) -> (pid: Int32, candidate: String) {
        let candidates = addCandidates(request.program ?? request.arguments[0], searchPath)
        let variables = arena.tableStart
        var keys = request.variables.map(PreparedEnvironment.key(of:))
        for (index, variable) in request.variables.enumerated()
        where !keys[(index + 1)...].contains(keys[index]) {
            arena.push(arena.add(variable))
        }
        if let mark {
            arena.push(arena.add(mark))
            keys.append(PreparedEnvironment.key(of: mark))
        }
        guard !arena.sawZero else {
            throw SpawnError(
                .invalidRequest,
                "an argument, variable or path holds a zero byte, which no program can receive; remove it")
        }
        let mask = CPUMask(request.cpus)
        let pid = request.environment.bytes.withUnsafeBytes { shared in
            let base = UnsafeMutableRawPointer(mutating: shared.baseAddress)
            for entry in request.environment.entries where !keys.contains(entry.key) {
                arena.push((base! + entry.offset).assumingMemoryBound(to: CChar.self))
            }
            arena.push(nil)
            plan.environment = UnsafePointer(variables)
            plan.candidates = UnsafeRawPointer(candidates).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
            return request.passedDescriptors.withUnsafeBufferPointer { passed in
                mask.words.withUnsafeBytes { words in
                    plan.passed = passed.baseAddress
                    plan.passed_count = Int32(passed.count)
                    plan.affinity = request.cpus.isEmpty ? nil : words.bindMemory(to: UInt.self).baseAddress
                    plan.affinity_bytes = words.count
                    plan.newborn = newborn
                    let pid = farm_spawn(&plan, stack.baseAddress, stack.count)
                    ProcessTable.shared.withLock { table in
                        if pid > 0 { table.enter(pid: pid, serial: serial) }
                        newborn.pointee = 0
                    }
                    return pid
                }
            }
        }
        guard pid < 0, let failed = candidates[Int(plan.failed_candidate)] else { return (pid, "") }
        return (pid, String(cString: failed))
    }

    private mutating func addCandidates(
        _ program: String, _ searchPath: String
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let start = arena.tableStart
        if program.utf8.contains(UInt8(ascii: "/")) {
            arena.push(arena.add(program))
        } else {
            for directory in searchPath.split(separator: ":", omittingEmptySubsequences: false) {
                arena.push(arena.add(directory: directory, name: program))
            }
        }
        arena.push(nil)
        return start
    }
}
