import FarmTransport
import Foundation
import Synchronization
import TaskFarm

/// An engine in this process: the real node and link, and functions that are called on the link's thread, or
/// kept until they are told to end.
final class TestEngine: Sendable {
    private let loop: PeerLoop<EngineCore>

    init(_ profile: String, name: String, slots: UInt32) throws {
        var generator = SystemRandomNumberGenerator()
        let info = EngineInfo(key: UniqueKey(using: &generator), name: name, host: "here", slots: slots)
        var options = PeerOptions()
        options.patienceNanoseconds = .max
        loop = try PeerLoop(
            name: name, source: .file(path: "\(profile)/security/engine.json"), options: options,
            makeNode: { EngineCore(info, $0) })
    }

    /// Ends what `hold` keeps: well if `succeeding`, else by a failure.
    func release(succeeding: Bool = true) {
        loop.perform { core, now in core.release(succeeding: succeeding, at: now) }
    }

    func stop() {
        loop.stop(flushNanoseconds: 0)
        loop.join()
    }
}

/// The engine's node and its functions.
final class EngineCore: PeerNode, EngineNodeDelegate {
    private var node: EngineNode!
    private var held: [AttemptToken] = []
    private var now = Instant.zero

    init(_ info: EngineInfo, _ sink: any FrameSink) {
        node = EngineNode(info: info, sink: sink, delegate: self)
    }

    func begin(_ batch: WorkBatch) {
        for item in batch.items {
            let body = batch.template(of: item).message.template
            guard let template = try? TaskTemplate(decoding: body),
                case .function(let name, _) = template.body
            else {
                end(item.token, .failed, .notStarted, AttemptPayload(error: "no function"))
                continue
            }
            guard let sweep = template.sweep else {
                batch.withPayload(of: item) { call(name, item, $0) }
                continue
            }
            let point = zip(sweep.names, sweep.point(item.index)).map { JSONMember($0, $1.value) }
            PayloadCodec.payload(json: JSONValue.object(point).encoded()).withUnsafeBytes {
                call(name, item, $0)
            }
        }
    }

    private func call(_ name: String, _ item: WorkBatch.Item, _ input: UnsafeRawBufferPointer) {
        do {
            switch name {
            case Square.name:
                let number: Int = try PayloadCodec.decode(Int.self, from: input)
                try succeed(item.token, number * number)
            case Pick.name:
                let point: Pick.Input = try PayloadCodec.decode(Pick.Input.self, from: input)
                try succeed(item.token, "\(point.name)/\(point.number)")
            case Area.name:
                let side: Area.Input = try PayloadCodec.decode(Area.Input.self, from: input)
                if side.width == 3 {
                    end(item.token, .failed, .failure, AttemptPayload(error: "three is no width"))
                } else {
                    try succeed(item.token, Double(side.width) * side.height)
                }
            case Total.name:
                let numbers: [Int] = try PayloadCodec.decode([Int].self, from: input)
                try succeed(item.token, numbers.map { $0 + 1 })
            case Fail.name:
                let number: Int = try PayloadCodec.decode(Int.self, from: input)
                if number % 10 == 3 {
                    end(
                        item.token, .failed, .failure,
                        AttemptPayload(error: "no luck with \(number)", errorName: "BadLuck"))
                } else {
                    try succeed(item.token, number)
                }
            case FailOnce.name:
                if item.name.attempt == 1 {
                    end(item.token, .failed, .failure, AttemptPayload(error: "first time"))
                } else {
                    try succeed(item.token, Int(item.name.attempt))
                }
            case Hold.name:
                held.append(item.token)
            default:
                end(item.token, .failed, .notStarted, AttemptPayload(error: "unknown function “\(name)”"))
            }
        } catch {
            end(item.token, .failed, .notStarted, AttemptPayload(error: "\(error)"))
        }
    }

    private func succeed(_ token: AttemptToken, _ value: some Codable) throws {
        let value = try PayloadCodec.encode(value)
        var bytes: [UInt8] = []
        value.withUnsafeBytes {
            AttemptPayload.appendValue(
                codec: value[0], bytes: UnsafeRawBufferPointer(rebasing: $0.dropFirst()), to: &bytes)
        }
        finish(token, .succeeded, .none, bytes)
    }

    func interrupt(_ attempt: AttemptToken, _ name: DispatchName) {
        guard let index = held.firstIndex(of: attempt) else { return }
        held.remove(at: index)
        end(attempt, .failed, .failure, AttemptPayload(error: "interrupted"))
    }

    private func end(_ token: AttemptToken, _ state: TaskState, _ cause: Cause, _ payload: AttemptPayload) {
        finish(token, state, cause, payload.encoded)
    }

    private func finish(_ token: AttemptToken, _ state: TaskState, _ cause: Cause, _ payload: [UInt8]) {
        let name = DispatchName(task: TaskID(raw: 0), attempt: 0, epoch: 0)
        node.finish(
            token, AttemptReport(name: name, state: state, cause: cause), payload: payload, at: now)
    }

    func release(succeeding: Bool, at now: Instant) {
        self.now = now
        let tokens = held
        held = []
        for token in tokens {
            end(token, succeeding ? .succeeded : .failed, succeeding ? .none : .failure, AttemptPayload())
        }
    }

    func terminate(
        _ attempt: AttemptToken, _ name: DispatchName, reason: StopReason, graceNanoseconds: Int64
    ) {
        held.removeAll { $0 == attempt }
        end(attempt, .cancelled, .cancelled, AttemptPayload())
    }

    func found(_ attempt: AttemptToken, _ task: TaskID?, _ sections: [UInt8]) {}
    func attached(_ welcome: WelcomeMessage) {}
    func detached() {}
    func faulted(_ code: WireCode, _ message: String) {}
    func malformed(_ kind: MessageKind, _ error: WireError) {}
    func exit() {}

    var grant: [UInt8] {
        get { node.grant }
        set { node.grant = newValue }
    }
    var nextTimer: Instant { node.nextTimer }
    func connected(at now: Instant) { node.connected(at: now) }
    func disconnected(at now: Instant) { node.disconnected(at: now) }
    func receive(kind: MessageKind, body: UnsafeRawBufferPointer, at now: Instant) {
        self.now = now
        node.receive(kind: kind, body: body, at: now)
    }
    func tick(at now: Instant) { node.tick(at: now) }
    func endTurn(at now: Instant) {
        self.now = now
        node.endTurn(at: now)
    }
}
