import FarmProcess
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostTests {
    @Test func `the host tells about itself`() {
        #expect(!HostInfo.cpus.isEmpty)
        #expect(!HostInfo.hostname.isEmpty)
        #expect(HostInfo.memoryBytes > 1 << 20)
        #expect(HostInfo.bootID.count == 36)
    }

    @Test func `a process is known by its pid and start time`() throws {
        let child = try ChildProcess.start(SpawnRequest(["/bin/sleep", "1000"]))
        let pid = child.pid
        let start = try #require(HostInfo.startTime(of: pid))
        #expect(HostInfo.isAlive(pid: pid, startTime: start))
        #expect(!HostInfo.isAlive(pid: pid, startTime: start + 1))
        let ended = child.hasEnded
        #expect(!ended)
        child.signal(SIGKILL)
        guard case .signalled(SIGKILL, _) = child.wait().ending else { return #expect(Bool(false)) }
        #expect(!HostInfo.isAlive(pid: pid, startTime: start))
    }

    @Test func `a mark survives being written down`() throws {
        let mark = EngineMark.ofThisProcess()
        #expect(EngineMark(mark.description) == mark)
        #expect(!mark.isDead)
        #expect(EngineMark("1-2") == nil)
        #expect(EngineMark("a-b-c") == nil)
    }

    @Test func `what a dead engine left is swept and nothing else`() async throws {
        let mark = EngineMark.ofThisProcess()
        // The mark of an engine whose nanny had our pid before us.
        let dead = "\(mark.namespace)-\(mark.pid)-\(mark.startTime - 1)"
        func sleeper(_ engine: String) -> SpawnRequest {
            SpawnRequest(["/bin/sleep", "1000"], variables: ["\(EngineMark.variableName)=\(engine):1.1"])
        }
        let left = try ChildProcess.start(sleeper(dead))
        let alive = try ChildProcess.start(sleeper(mark.description))
        let elsewhere = try ChildProcess.start(sleeper("1-\(mark.pid)-\(mark.startTime - 1)"))
        #expect(Subreaper.sweepDeadEngines() >= 1)
        guard case .signalled(SIGKILL, _) = left.wait().ending else { return #expect(Bool(false)) }
        let (aliveEnded, elsewhereEnded) = (alive.hasEnded, elsewhere.hasEnded)
        #expect(!aliveEnded)
        #expect(!elsewhereEnded)
        alive.signal(SIGKILL)
        elsewhere.signal(SIGKILL)
        _ = alive.wait()
        _ = elsewhere.wait()
    }

    @Test func `a child runs on the processors it was given`() async throws {
        let cpu = try #require(HostInfo.cpus.last)
        var request = shell("grep Cpus_allowed_list /proc/self/status")
        request.cpus = [cpu]
        #expect(try await Harness().run(request).output.text.hasSuffix("\t\(cpu)\n"))
    }

    @Test func `passed descriptors count from three`() async throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        var request = shell("echo through >&4; cat <&3")
        let file = open("/proc/self/comm", O_RDONLY | O_CLOEXEC)
        request.passedDescriptors = [file, ends[1]]
        let end = try await Harness().run(request)
        #expect(end.ending.isSuccess && !end.output.bytes.isEmpty)
        var bytes = [UInt8](repeating: 0, count: 32)
        #expect(read(ends[0], &bytes, 32) == 8)
        for descriptor in ends + [file] { close(descriptor) }
    }

    @Test func `own use of the machine is known`() {
        let usage = ResourceUsage.ofThisProcess()
        #expect(usage.cpuNanoseconds > 0)
        #expect(usage.peakResidentKiB > 1000)
    }
}
