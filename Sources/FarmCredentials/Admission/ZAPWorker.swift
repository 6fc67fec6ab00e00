import Glibc
import Synchronization

/// What the ZAP handler's thread does and counts.
final class ZAPWorker: Sendable {
    let admitted = Atomic<Int>(0)
    let refused = Atomic<Int>(0)
    private let socket: ZAPSocket
    private let registry: KeyRegistry
    private let stop: Int32
    private let toldPerSecond: Int
    private let onRefusal: @Sendable (Refusal) -> Void

    init(
        socket: ZAPSocket, registry: KeyRegistry, stop: Int32, toldPerSecond: Int,
        onRefusal: @escaping @Sendable (Refusal) -> Void
    ) {
        self.socket = socket
        self.registry = registry
        self.stop = stop
        self.toldPerSecond = toldPerSecond
        self.onRefusal = onRefusal
    }

    deinit { close(stop) }

    /// Answers until told to stop, or until the context ends.
    func run() {
        nameThread("zap")
        var limiter = RefusalLimiter(perSecond: toldPerSecond)
        while let isReady = socket.wait(stop: stop) {
            if isReady, let frames = socket.receive() { socket.send(answer(frames, &limiter)) }
        }
        socket.close()
    }

    private func answer(_ frames: [[UInt8]], _ limiter: inout RefusalLimiter) -> [[UInt8]] {
        guard let request = ZAPRequest(frames: frames) else {
            tell(.badRequest, address: "", key: nil, &limiter)
            return ZAPRequest.reply(
                id: frames.count > 1 ? frames[1] : [], status: "500", text: RefusalReason.badRequest.rawValue,
                userID: "")
        }
        guard let key = request.curveKey else {
            tell(.notCurve, address: request.address, key: nil, &limiter)
            return refusal(request, .notCurve)
        }
        switch registry.verdict(for: key) {
        case .admitted(let issued):
            admitted.add(1, ordering: .relaxed)
            return ZAPRequest.reply(id: request.id, status: "200", text: "OK", userID: issued.userID.text)
        case .refused(let reason):
            tell(reason, address: request.address, key: key, &limiter)
            return refusal(request, reason)
        }
    }

    private func refusal(_ request: ZAPRequest, _ reason: RefusalReason) -> [[UInt8]] {
        ZAPRequest.reply(id: request.id, status: "400", text: reason.rawValue, userID: "")
    }

    private func tell(
        _ reason: RefusalReason, address: String, key: TransportKey?, _ limiter: inout RefusalLimiter
    ) {
        refused.add(1, ordering: .relaxed)
        guard let untold = limiter.admit(nowUnixSeconds: Timestamp.now()) else { return }
        onRefusal(
            Refusal(
                reason: reason, address: address, fingerprint: key?.fingerprint,
                serial: key.flatMap { registry.serial(of: $0) }, untold: untold))
    }

    /// Through /proc, since this module may not import the C shim for `pthread_setname_np`.
    private func nameThread(_ name: String) {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = write(descriptor, name, name.utf8.count)
        close(descriptor)
    }
}
