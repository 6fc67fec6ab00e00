import FarmTransport
import Testing

@testable import FarmController

@Suite struct LiveOutputTests {
    private func name(_ index: UInt32, attempt: UInt32 = 1) -> DispatchName {
        DispatchName(task: TaskID(JobID(1), index), attempt: attempt, epoch: 1)
    }

    @Test func `a stream's beginning is kept, whatever more comes`() {
        var live = LiveOutput()
        let piece = [UInt8](repeating: 1, count: 64 << 10)
        for index in 0..<100 {
            live.append(name(0), .output, offset: UInt64(index * piece.count), piece)
        }
        let kept = live.bytes(of: name(0).task, .output, from: 0).count
        #expect(kept == 1 << 20)
        #expect(live.bytes(of: name(0).task, .output, from: kept).isEmpty)
    }

    @Test func `pieces that do not follow are dropped, and a new attempt begins anew`() {
        var live = LiveOutput()
        live.append(name(0), .output, offset: 0, [1, 2])
        live.append(name(0), .output, offset: 5, [9])
        live.append(name(0), .output, offset: 0, [9])
        live.append(name(0), .output, offset: 2, [3])
        #expect(Array(live.bytes(of: name(0).task, .output, from: 1)) == [2, 3])
        #expect(live.bytes(of: name(0).task, .error, from: 0).isEmpty)
        live.append(name(0, attempt: 2), .output, offset: 0, [7])
        #expect(Array(live.bytes(of: name(0).task, .output, from: 0)) == [7])
        live.forget(name(0).task)
        #expect(live.bytes(of: name(0).task, .output, from: 0).isEmpty)
    }
}
