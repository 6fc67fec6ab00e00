/// Takes inputs that come when they come, and puts them into a map: on a Swift task of its own.
enum MapFeeder<Function: TaskFunction> {
    static func feed<Inputs: AsyncSequence & Sendable>(_ inputs: Inputs, into inbox: Inbox) async
    where Inputs.Element == Function.Input {
        guard let limits = inbox.plan?.limits else { return }
        var index = 0
        do {
            for try await input in inputs {
                let payload: [UInt8]
                do {
                    payload = try PayloadCodec.encode(input)
                } catch {
                    throw TaskClientError(.badInput, "input \(index): \(error)")
                }
                index += 1
                try inbox.put { $0.append(payload: payload) }
                await inbox.state.wait { $0.room(limits) > 0 || $0.failure != nil }
                if Task.isCancelled { return }
            }
            try inbox.put { $0.isInputEnded = true }
        } catch {
            let failure =
                error as? TaskClientError
                ?? TaskClientError(.badInput, "the input ended with an error: \(error)")
            inbox.failed(failure)
            inbox.abandon()
        }
    }
}
