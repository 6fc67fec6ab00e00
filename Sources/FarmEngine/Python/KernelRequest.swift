import FarmFunctions
import FarmTemplate
import FarmTransport

/// One request to the kernel, as it goes over its socket: u8 kind, a bundle of fields, a bundle of values.
struct KernelRequest: Sendable {
    /// Raw values are those of `wire.py`.
    enum Kind: UInt8, Sendable {
        case execute = 1
        case push, pull, keys, reset, apply, task, sync, remove, leave
    }

    let kind: Kind
    var fields = PayloadBundle()
    /// A bundle, in the bytes that it came in; empty for none.
    var body: [UInt8] = []
    var range = 0..<0

    init(_ kind: Kind) { self.kind = kind }

    mutating func set(_ text: String?, for name: String) {
        if let text { fields.set([PayloadCodec.string.rawValue] + text.utf8, for: name) }
    }

    mutating func set(_ values: PayloadBundle) {
        body = values.encoded()
        range = 0..<body.count
    }

    /// What goes before the values.
    var head: [UInt8] {
        var head = [kind.rawValue]
        fields.append(to: &head)
        if range.isEmpty { head += [0, 0, 0, 0] }
        return head
    }
}

// Ranks of MPI's world.
extension KernelRequest {
    /// Says over which ranks the communicator is to be that the code gets: those of the task, all of the pool
    /// for what is done in a lane, or this one alone.
    mutating func setRanks(of job: KernelJob) {
        guard case .attempt(let work) = job.asker else { return }
        if let seat = work.seat {
            let name = work.name
            let text =
                "{\"name\":[\(name.task.raw),\(name.attempt),\(name.epoch)],\"rank\":\(seat.rank),"
                + "\"ranks\":\(seat.poolRanks)}"
            fields.set([PayloadCodec.json.rawValue] + text.utf8, for: "gang")
        } else if work.group.isInLane {
            fields.set([PayloadCodec.bool.rawValue, 1], for: "pool")
        }
    }
}

// A Python task.
extension KernelRequest {
    /// - Throws: `KernelError`: what the task's payload holds is no bundle.
    init(_ task: RenderedPython, _ work: AttemptWork) throws(KernelError) {
        self.init(.task)
        set(work.group.submitDirectory, for: "dir")
        set(task.code, for: "code")
        set(task.path, for: "path")
        set(task.expression, for: "expression")
        switch task.pull {
        case .names(let names): fields.set(PayloadCodec.strings(names), for: "pull")
        case .one(let name): set(name, for: "pull")
        case nil: break
        }
        if task.clearsBefore { fields.set([PayloadCodec.bool.rawValue, 1], for: "clear-before") }
        if task.clearsAfter { fields.set([PayloadCodec.bool.rawValue, 1], for: "clear-after") }
        var values = PayloadBundle()
        for member in task.values {
            values.set(PayloadCodec.payload(json: member.value.encoded()), for: member.key)
        }
        // Parameters come as an object, which the template has read.
        let payload = work.item.payload
        let hasOwn = payload.count > 1 && work.batch.bytes[payload.lowerBound] != PayloadCodec.json.rawValue
        let shared = work.group.sharedPayload
        guard hasOwn || !shared.isEmpty else {
            if !values.entries.isEmpty { set(values) }
            return
        }
        let input = try CallInput.dispatched(work).sharing(
            shared, hasOwn: hasOwn, called: "what the task pushes")
        guard !values.entries.isEmpty else {
            (body, range) = try input.bundle(called: "what the task pushes")
            return
        }
        for entry in try input.values(called: "what the task pushes").entries {
            values.set(entry.payload, for: entry.name)
        }
        set(values)
    }
}
