import TaskFarm

/// What becomes of what an engine has when it is told to leave.
struct LeavingWords {
    /// Attempts that are neither in lanes nor ranks of collective tasks.
    private let ordinary: Int
    private let ranks: Int
    private let inLanes: Int
    private let queuedInLanes: Int
    private let pool: EngineStatus.Pool?

    /// `staying`: the engines that are not told to leave.
    init(_ engine: EngineStatus, staying: [EngineStatus]) {
        let isLeft = engine.pool.map { pool in staying.contains { $0.pool?.key == pool.key } } ?? false
        self.init(
            load: engine.load, ranks: engine.rankLoad, lanes: engine.lanes, pool: isLeft ? engine.pool : nil)
    }

    init(load: Int, ranks: Int, lanes: [EngineStatus.Lane], pool: EngineStatus.Pool?) {
        self.ranks = ranks
        self.pool = pool
        ordinary = max(0, load - ranks)
        inLanes = lanes.reduce(0) { $0 + $1.running }
        queuedInLanes = lanes.reduce(0) { $0 + $1.queued }
    }

    /// Of one that ends at once.
    var stopped: String {
        var words: [String] = []
        if ordinary > 0 { words.append("\(goes(ordinary)) back to the queue") }
        if inLanes > 0 {
            words.append("\(counted(inLanes, "task")) of its lanes will fail: nothing runs twice there")
        }
        if queuedInLanes > 0 {
            words.append("\(counted(queuedInLanes, "task")) queued in its lanes will be cleared")
        }
        if ranks > 0 { words.append("\(counted(ranks, "collective task")) with a rank there begins anew") }
        if let pool, pool.size > 1 {
            words.append(
                "the other ranks of its pool of \(pool.size) start anew, and wait for another rank \(pool.rank)"
            )
        }
        return words.isEmpty ? "it has nothing that could be lost" : words.joined(separator: "; ")
    }

    /// Of one that ends what it runs first.
    var drained: String {
        var words: [String] = []
        let held = ordinary + ranks + inLanes
        words.append(held == 0 ? "it is idle" : "it holds \(counted(held, "task"))")
        if queuedInLanes > 0 {
            words.append("\(counted(queuedInLanes, "task")) queued in its lanes will be cleared then")
        }
        if let pool, pool.size > 1 {
            words.append(
                "the other ranks of its pool of \(pool.size) start anew then, and wait for another rank \(pool.rank)"
            )
        }
        return words.joined(separator: "; ")
    }

    private func goes(_ count: Int) -> String { "\(counted(count, "task")) \(count == 1 ? "goes" : "go")" }
}
