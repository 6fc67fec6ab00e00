import FarmTemplate
import FarmTransport

/// An attempt to run.
struct AttemptWork: Sendable {
    let item: WorkBatch.Item
    /// Holds the task's own payload.
    let batch: WorkBatch
    let group: LoadedGroup

    var token: AttemptToken { item.token }
    var name: DispatchName { item.name }
    /// The task's place in its group's array.
    var index: UInt32 { item.index }

    /// Its part in a collective task; nil for an ordinary one.
    var seat: GangSeat? { batch.seat(of: item) }

    /// Parameters of more bytes are not told again: no table would show them.
    private static let mostParameterBytes = 64 << 10

    /// Appends to what the attempt leaves behind the parameters that came in its payload: whoever looks at
    /// results has the template, but no payloads.
    func appendParameters(to sections: inout [UInt8]) {
        batch.withPayload(of: item) { payload in
            // The codec's byte is not of the object.
            guard payload.count > 1, payload.count <= Self.mostParameterBytes else { return }
            AttemptPayload.append(
                .parameters, UnsafeRawBufferPointer(rebasing: payload.dropFirst()), to: &sections)
        }
    }

    /// What is to be run.
    func render(_ template: CompiledTemplate) throws(TemplateError) -> RenderedTask {
        let result = batch.withPayload(of: item) { payload -> Result<RenderedTask, TemplateError> in
            do throws(TemplateError) {
                return .success(
                    try template.render(task: item.name.task, index: item.index, payload: payload))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// An attempt that has ended.
struct AttemptEnd: Sendable {
    let token: AttemptToken
    let report: AttemptReport
    /// Sections of `AttemptPayload`.
    var payload: [UInt8]
}

/// Whom executors tell what became of attempts. Calls come from any thread.
protocol AttemptHost: AnyObject, Sendable {
    /// The function on `slot` has ended.
    /// - Returns: whether the slot has been given another, to be run by the same Swift task.
    func functionEnded(_ end: AttemptEnd, on slot: FunctionSlot) -> Bool
    /// Commands have ended, or what the Python kernel ran.
    func commandsEnded(_ ends: [AttemptEnd])
    /// The Python kernel, which was a rank of MPI's world, has ended.
    func kernelLost()
    /// One that still runs has written something.
    func outputArrived(_ token: AttemptToken, _ stream: OutputMessage.Stream, offset: UInt64, bytes: [UInt8])
}
