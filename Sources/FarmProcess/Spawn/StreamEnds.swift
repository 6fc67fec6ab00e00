internal import CSystem
internal import Glibc

/// The descriptors of one spawn: what the child is given, and what we read from.
struct StreamEnds {
    private(set) var childInput = FARM_FROM_PATH
    private(set) var childOutput = FARM_FROM_PATH
    private(set) var childErrors = FARM_FROM_PATH
    private(set) var output: Int32 = -1
    private(set) var errors: Int32 = -1
    private var owned: (Int32, Int32, Int32) = (-1, -1, -1)

    mutating func open(_ request: SpawnRequest, null: Int32) throws(SpawnError) {
        switch request.input {
        case .null: childInput = null
        case .file: childInput = FARM_FROM_PATH
        case .descriptor(let descriptor): childInput = try Self.valid(descriptor)
        case .inherit: childInput = 0
        case .bytes(let bytes):
            childInput = bytes.withUnsafeBytes { farm_memory_file($0.baseAddress, $0.count) }
            guard childInput >= 0 else { throw Self.exhausted("room for standard input") }
            owned.0 = childInput
        }
        guard request.output != .sameAsOutput else {
            throw SpawnError(
                .invalidRequest, "standard output cannot go where standard output goes; name its target")
        }
        childOutput = try target(request.output, null: null, inherited: 1, pipe: &output, end: &owned.1)
        let shared = request.output.path != nil && request.output.path == request.errors.path
        childErrors =
            shared
            ? FARM_LIKE_STDOUT
            : try target(request.errors, null: null, inherited: 2, pipe: &errors, end: &owned.2)
    }

    private func target(
        _ output: StandardOutput, null: Int32, inherited: Int32, pipe: inout Int32, end: inout Int32
    ) throws(SpawnError) -> Int32 {
        switch output {
        case .null: return null
        case .file: return FARM_FROM_PATH
        case .descriptor(let descriptor): return try Self.valid(descriptor)
        case .inherit: return inherited
        case .sameAsOutput: return FARM_LIKE_STDOUT
        case .capture:
            guard farm_pipe(&pipe, &end) == 0 else { throw Self.exhausted("a pipe") }
            return end
        }
    }

    private static func valid(_ descriptor: Int32) throws(SpawnError) -> Int32 {
        guard descriptor < 0 else { return descriptor }
        throw SpawnError(.invalidRequest, "descriptor \(descriptor) is not open; pass one that is")
    }

    private static func exhausted(_ what: String) -> SpawnError {
        let number = errno
        return SpawnError(
            .resourcesExhausted,
            "cannot make \(what): \(String(cString: strerror(number))); run fewer at once or raise ulimit -n",
            errorNumber: number)
    }

    mutating func closeChildSide() {
        if owned.0 >= 0 { close(owned.0) }
        if owned.1 >= 0 { close(owned.1) }
        if owned.2 >= 0 { close(owned.2) }
        owned = (-1, -1, -1)
    }

    mutating func closeParentSide() {
        if output >= 0 { close(output) }
        if errors >= 0 { close(errors) }
        output = -1
        errors = -1
    }
}

extension StandardInput {
    var path: String? {
        if case .file(let path) = self { return path }
        return nil
    }
}

extension StandardOutput {
    var path: String? {
        if case .file(let path, _) = self { return path }
        return nil
    }

    var openFlags: Int32 {
        if case .file(_, true) = self { return O_WRONLY | O_CREAT | O_APPEND }
        return O_WRONLY | O_CREAT | O_TRUNC
    }
}
