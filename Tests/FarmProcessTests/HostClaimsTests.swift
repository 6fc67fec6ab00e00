import Glibc
import Synchronization
import Testing

@testable import FarmProcess

@Suite struct HostClaimsTests {
    private final class Tally: Sendable {
        let holders = Mutex<Set<Int>>([])
        let broken = Mutex(0)
    }

    private func directory() -> String {
        var pattern = Array("/tmp/farm-claims-XXXXXX".utf8CString)
        mkdtemp(&pattern)
        return String(decoding: pattern.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    @Test func `what one holds another does not get, until the first is gone`() throws {
        let path = directory()
        defer { rmdir(path) }
        var first: HostClaims? = try HostClaims(directory: path)
        let second = try HostClaims(directory: path)
        #expect(first?.takeCores(2, of: [0, 1, 2, 5]) == [0, 1])
        #expect(second.takeCores(3, of: [0, 1, 2, 5]) == nil)
        // Having got too few it has let go of them.
        #expect(first?.takeCores(1, of: [2]) == [2])
        #expect(second.takeCores(1, of: [0, 1, 2, 5]) == [5])
        #expect(first?.takeGPUs(["0", "GPU-4a", "1"], most: 2) == ["0", "GPU-4a"])
        #expect(second.takeGPUs(["0", "GPU-4a", "1"]) == ["1"])
        first?.leave()
        #expect(access(path + "/claims.lock", F_OK) == 0)
        first = nil
        #expect(second.takeCores(2, of: [0, 1]) == [0, 1])
        #expect(second.takeGPUs(["GPU-4a"]) == ["GPU-4a"])
        second.leave()
        #expect(access(path + "/claims.lock", F_OK) != 0)
    }

    @Test func `however many come and go at once, no two hold the same core`() async {
        let path = directory()
        defer { rmdir(path) }
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<300 {
                        guard let claims = try? HostClaims(directory: path) else {
                            tally.broken.withLock { $0 += 1 }
                            continue
                        }
                        guard let core = claims.takeCores(1, of: [0, 1])?[0] else {
                            claims.leave()
                            continue
                        }
                        if !tally.holders.withLock({ $0.insert(core).inserted }) {
                            tally.broken.withLock { $0 += 1 }
                        }
                        tally.holders.withLock { _ = $0.remove(core) }
                        claims.leave()
                    }
                }
            }
        }
        #expect(tally.broken.withLock { $0 } == 0)
        #expect(access(path + "/claims.lock", F_OK) != 0)
    }

    @Test(arguments: [("0-3,8", [0, 1, 2, 3, 8]), ("", []), ("7", [7]), ("0,2-3", [0, 2, 3])])
    func `numbers of processors are written as ranges`(_ text: String, _ numbers: [Int]) {
        #expect(CPUList.text(numbers) == text)
        #expect(CPUList.numbers(text) == numbers)
    }

    @Test(arguments: ["a", "3-1", "-1", "1-", "0-99999", "1-2-3"])
    func `what is no list of processors is refused`(_ text: String) {
        #expect(CPUList.numbers(text) == nil)
    }

    @Test(arguments: [
        ("0,2", ["0", "2"]), ("GPU-1, GPU-2", ["GPU-1", "GPU-2"]), ("", []), ("-1", []), ("1,-1,2", ["1"]),
        ("NoDevFiles", []),
    ])
    func `GPUs are read as CUDA reads them`(_ text: String, _ ids: [String]) {
        #expect(HostGPUs.listed(text) == ids)
    }
}
