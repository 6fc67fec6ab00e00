import Glibc
import Testing

@testable import FarmProcess

@Suite(.timeLimit(.minutes(1)))
struct MemoryTests {
    private static let limit: UInt64 = 48 << 20

    private func request(_ line: String, limit: UInt64 = limit) -> SpawnRequest {
        var request = SpawnRequest(
            ["/bin/sh", "-c", line], environment: PreparedEnvironment(["PATH=/usr/bin:/bin"]))
        request.memoryLimitBytes = limit
        return request
    }

    @Test func `a tree that uses more memory than its limit is killed, and both numbers are told`()
        async throws
    {
        let harness = try Harness()
        // Two levels down, and in a session of its own: `tail` keeps all that it reads.
        let token = harness.start(request("setsid -w tail /dev/zero; echo not reached"))
        let end = await harness.end(of: token)
        guard case .overLimit(let used, let limit) = end.memory else {
            return #expect(Bool(false), "\(end.memory), \(end.ending)")
        }
        #expect(limit == Self.limit)
        #expect(used > limit)
        #expect(end.output.text == "")
        #expect(!end.leftoversRemain)
    }

    @Test func `an orphan's memory counts`() async throws {
        let harness = try Harness()
        let token = harness.start(request("(setsid tail /dev/zero &) ; exec sleep 1000"))
        let end = await harness.end(of: token)
        guard case .overLimit = end.memory else { return #expect(Bool(false), "\(end.memory)") }
    }

    @Test func `one within its limit, and one without, are left alone`() async throws {
        let harness = try Harness()
        let within = harness.start(request("sleep 0.3"))
        let without = harness.start(request("head -c 100M /dev/zero | tail | wc -c", limit: 0))
        let (first, second) = (await harness.end(of: within), await harness.end(of: without))
        #expect(first.memory == .none && first.ending.isSuccess)
        #expect(second.memory == .none && second.ending.isSuccess)
    }

    @Test func `who is killed by somebody else has not run out of memory`() async throws {
        let harness = try Harness()
        let token = harness.start(request("kill -9 $$"))
        #expect(await harness.end(of: token).memory == .none)
    }

    @Test(.enabled(if: MemoryGroup.canBeMade))
    func `whom the kernel kills for want of memory is told from whom somebody killed`() async throws {
        let group = try #require(MemoryGroup(limitBytes: 32 << 20))
        defer { group.remove() }
        let harness = try Harness()
        let join = "echo $$ > \(group.path)/cgroup.procs"
        let direct = harness.start(request("\(join); exec tail /dev/zero", limit: 0))
        #expect(await harness.end(of: direct).memory == .killedByKernel)
        let byShell = harness.start(request("\(join); tail /dev/zero; exit $?", limit: 0))
        #expect(await harness.end(of: byShell).memory == .killedByKernel)
    }

    @Test func `the kernel's count is found among others`() {
        let text = "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n"
        #expect(OOMCounter.parse(Array(text.utf8)) == 2)
        #expect(OOMCounter.parse([]) == 0)
    }
}

/// A control group of version 1 with a limit of memory, where the tests may make one.
struct MemoryGroup {
    private static let parent = "/sys/fs/cgroup/memory"
    let path: String

    static var canBeMade: Bool { access(parent + "/memory.oom_control", W_OK) == 0 }

    init?(limitBytes: Int) {
        path = "\(Self.parent)/farm-test-\(getpid())"
        guard mkdir(path, 0o700) == 0 else { return nil }
        for file in ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"] {
            guard let stream = fopen("\(path)/\(file)", "w") else { continue }
            fputs(String(limitBytes), stream)
            fclose(stream)
        }
    }

    func remove() { rmdir(path) }
}
