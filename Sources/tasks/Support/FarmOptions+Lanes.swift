import FarmTransport
import Glibc
import TaskFarm

extension FarmOptions {
    /// Connects as who may use lanes if no other capability was chosen.
    func connectForLanes() async throws -> TaskClient {
        if via != nil { return try await connectVia(.multiengineClient) }
        return try await connect(with: own?.capabilityPath(.multiengineClient))
    }

    /// Does something that may be about lanes, and says as whose client it was done. Where that is not known
    /// it is done as usual, and only if the controller does not permit that, once more as who may use lanes:
    /// who uses none has nothing to do with that capability, which may have expired or be somebody else's.
    ///
    /// - Parameter deed: what is done; `true` the second time.
    func connected<Result>(
        for lanes: LaneUse, _ deed: (TaskClient, Bool) async throws -> Result
    ) async throws -> (TaskClient, Result) {
        let client = lanes == .some ? try await connectForLanes() : try await connect()
        do { return (client, try await deed(client, false)) } catch let error as TaskClientError {
            if lanes == .unknown, error.code == .notPermitted, via != nil {
                await client.close()
                let other = try await connectForLanes()
                return (other, try await deed(other, true))
            }
            guard lanes == .unknown, error.code == .notPermitted,
                let path = own?.capabilityPath(.multiengineClient), access(path, R_OK) == 0
            else { throw error }
            await client.close()
            let other = try await connect(with: path, after: error)
            return (other, try await deed(other, true))
        }
    }

    /// What was not permitted stays the reason if the other capability is no good either.
    private func connect(with path: String, after refusal: TaskClientError) async throws -> TaskClient {
        do { return try await connect(with: path) } catch let error as TaskClientError {
            guard [.expired, .keyRefused, .badCapability].contains(error.code) else { throw error }
            throw CommandFailure(.notPermitted, "\(refusal.message); but it is no good: \(error.message)")
        }
    }
}
