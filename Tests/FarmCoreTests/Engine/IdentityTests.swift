import FarmCore
import Testing

@Suite struct IdentityTests {
    @Test func `the lowest that are free are taken first, neighbours if there are any`() {
        var pool = IdentityPool(count: 8)
        let (a, b, c) = (pool.take(1), pool.take(2), pool.take(1))
        #expect([a, b, c].map { pool.set($0).places } == [[0], [1, 2], [3]])
        pool.give(b)
        let wide = pool.take(3)
        #expect(pool.set(wide) == .run(first: 4, count: 3))
        #expect(pool.freeCount == 3)
        let scattered = pool.take(3)
        #expect(pool.set(scattered) == .list([1, 2, 7]))
        #expect(pool.freeCount == 0)
        for head in [a, c, wide, scattered] { pool.give(head) }
        #expect(pool.freeCount == 8)
        let all = pool.take(8)
        #expect(pool.set(all) == .run(first: 0, count: 8))
    }

    @Test func `a set goes on over the end of a word`() {
        var pool = IdentityPool(count: 130)
        let low = pool.take(63)
        let middle = pool.take(3)
        #expect(pool.set(middle).places == [63, 64, 65])
        let high = pool.take(64)
        #expect(pool.set(high).places == Array(66..<130))
        pool.give(low)
        pool.give(middle)
        let again = pool.take(66)
        #expect(pool.set(again).places == Array(0..<66))
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `two sets never have a place in common, and all are free at the end`(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 0...150, using: &random)
        var pool = IdentityPool(count: count)
        var sets: [Int32: [Int]] = [:]
        for _ in 0..<300 {
            if Bool.random(using: &random), let head = sets.keys.sorted().randomElement(using: &random) {
                sets[head] = nil
                pool.give(head)
            } else if pool.freeCount > 0 {
                let wanted = Int.random(in: 1...pool.freeCount, using: &random)
                let head = pool.take(wanted)
                let places = pool.set(head).places
                #expect(places.count == wanted && places == places.sorted())
                sets[head] = places
            }
            let taken = sets.values.flatMap(\.self)
            #expect(Set(taken).count == taken.count && taken.allSatisfy { (0..<count).contains($0) })
            #expect(pool.freeCount == count - taken.count)
        }
        for head in sets.keys { pool.give(head) }
        #expect(pool.freeCount == count)
    }

    @Test func `attempts have cores and GPUs of their own while they run`() {
        let engine = Engine(slots: 4, cpus: 4, gpus: 2, hasCores: true)
        engine.dispatch(0, cpus: 2, gpus: 1)
        engine.dispatch(1, gpus: 1)
        #expect(engine.cores(0) == [0, 1] && engine.gpus(0) == [0])
        #expect(engine.cores(1) == [2] && engine.gpus(1) == [1])
        engine.finish(0)
        engine.dispatch(2, gpus: 1)
        #expect(engine.cores(2) == [0] && engine.gpus(2) == [0])
        #expect(engine.cores(0) == [])
    }

    @Test func `one whose GPUs are not free is passed, and goes first when they are`() {
        let engine = Engine(slots: 4, gpus: 2)
        engine.dispatch(0, gpus: 1)
        #expect(engine.dispatch(1, gpus: 2).started == [])
        #expect(engine.dispatch(2).started == [2])
        #expect(engine.dispatch(3, gpus: 1).started == [3])
        engine.dispatch(4, gpus: 1)
        engine.finish(3)
        #expect(engine.finish(0).started == [])
        #expect(engine.finish(4).started == [1])
        #expect(engine.gpus(1) == [0, 1])
        #expect(engine.cores(1) == [])
    }

    @Test func `one that needs more GPUs than there are fails at once and says that it never started`() {
        let engine = Engine(gpus: 1)
        #expect(engine.dispatch(0, gpus: 2).reports.map(\.cause) == [.notStarted])
    }

    @Test(arguments: [Cause.outOfMemory, .notHere, .notStarted, .badResult])
    func `what the worker says of a failure's cause stands`(_ cause: Cause) {
        let engine = Engine()
        engine.dispatch(0)
        #expect(engine.finish(0, .failed, cause: cause).reports.map(\.cause) == [cause])
    }

    @Test func `memory that runs out after a cancel is the cancel's doing`() {
        let engine = Engine()
        engine.dispatch(0)
        engine(.stop(name(0)))
        #expect(engine.finish(0, .failed, cause: .outOfMemory).reports.map(\.cause) == [.cancelled])
    }
}
