import FarmProcess
import Glibc
import Synchronization

/// A runner whose ends can be awaited.
final class Harness: Sendable {
    private struct State {
        var ended: [UInt64: ProcessExit] = [:]
        var waiting: [UInt64: CheckedContinuation<ProcessExit, Never>] = [:]
        var chunks: [OutputChunk] = []
        var nextToken: UInt64 = 1
        var outputWaiters: [(text: String, CheckedContinuation<Void, Never>)] = []
    }

    private final class Box: Sendable {
        let state = Mutex(State())

        func ended(_ exit: ProcessExit) {
            let waiter = state.withLock { state in
                let waiter = state.waiting.removeValue(forKey: exit.token)
                if waiter == nil { state.ended[exit.token] = exit }
                return waiter
            }
            waiter?.resume(returning: exit)
        }

        func heard(_ chunks: [OutputChunk]) {
            let ready = state.withLock { state in
                state.chunks += chunks
                let all = String(decoding: state.chunks.flatMap(\.bytes), as: UTF8.self)
                let ready = state.outputWaiters.filter { all.contains($0.text) }
                state.outputWaiters.removeAll { all.contains($0.text) }
                return ready
            }
            for (_, waiter) in ready { waiter.resume() }
        }
    }

    private let box: Box
    let runner: ProcessRunner

    init() throws {
        let box = Box()
        self.box = box
        runner = try ProcessRunner(onOutput: { box.heard($0) }, onExit: { $0.forEach(box.ended) })
    }

    func start(_ request: SpawnRequest) -> UInt64 {
        let token = box.state.withLock { state in
            state.nextToken += 1
            return state.nextToken
        }
        runner.start(request, token: token)
        return token
    }

    func end(of token: UInt64) async -> ProcessExit {
        await withCheckedContinuation { continuation in
            let ended = box.state.withLock { state in
                let ended = state.ended.removeValue(forKey: token)
                if ended == nil { state.waiting[token] = continuation }
                return ended
            }
            if let ended { continuation.resume(returning: ended) }
        }
    }

    func run(_ request: SpawnRequest) async -> ProcessExit { await end(of: start(request)) }

    /// Until `text` has come out of what runs.
    func hear(_ text: String) async {
        await withCheckedContinuation { continuation in
            let heard = box.state.withLock { state in
                let all = String(decoding: state.chunks.flatMap(\.bytes), as: UTF8.self)
                if all.contains(text) { return true }
                state.outputWaiters.append((text, continuation))
                return false
            }
            if heard { continuation.resume() }
        }
    }

    var chunks: [OutputChunk] { box.state.withLock { $0.chunks } }
}

func shell(_ line: String, directory: String? = nil) -> SpawnRequest {
    SpawnRequest(
        ["sh", "-c", line], environment: PreparedEnvironment(["PATH=/usr/bin:/bin"]), directory: directory)
}

func readFile(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var text = ""
    while case let byte = fgetc(file), byte != EOF { text.unicodeScalars.append(Unicode.Scalar(UInt8(byte))) }
    return text
}

func writeFile(_ path: String, _ text: String, mode: UInt32 = 0o644) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    _ = text.utf8CString.withUnsafeBytes { write(file, $0.baseAddress, $0.count - 1) }
    close(file)
    chmod(path, mode)
}

/// A fresh directory.
func scratch() -> String {
    var template = Array("/tmp/process-test-XXXXXX".utf8CString)
    return String(cString: mkdtemp(&template))
}

/// Whether the process is there and not a zombie.
func isRunning(_ pid: Int32) -> Bool {
    guard let start = HostInfo.startTime(of: pid) else { return false }
    return HostInfo.isAlive(pid: pid, startTime: start)
}

func pid(in text: String) -> Int32 { Int32(text.prefix { $0.isNumber }) ?? -1 }

func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        names.append(
            withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            })
    }
    return names
}

func openDescriptors() -> Int { entries(of: "/proc/self/fd").count }

/// How many children of this process have ended and were not reaped.
func zombies() -> Int {
    entries(of: "/proc/self/task").reduce(0) { sum, thread in
        let children = readFile("/proc/self/task/\(thread)/children") ?? ""
        return sum + children.split(separator: " ").count { !isRunning(Int32($0) ?? -1) }
    }
}
