import FarmProcess
public import TaskFarm

/// Waits until engines that were started have come to their controller.
public enum Registration {
    private static let pauseNanoseconds: UInt64 = 10_000_000

    /// Waits until at least so many engines are attached.
    ///
    /// - Parameters:
    ///   - seconds: how long to wait at most.
    ///   - wanted: how many they are; asked each time, since one that cannot come is not waited for any more.
    ///   - check: called in between; throws if waiting makes no sense any more, for one because an engine has
    ///     ended.
    /// - Returns: the engines that are attached.
    /// - Throws: ``LaunchError`` with code `notRegistered`, what `check` throws, or `TaskClientError`.
    public static func wait(
        at client: TaskClient, seconds: Double, for wanted: () -> Int, check: () throws -> Void = {}
    ) async throws -> [EngineStatus] {
        let deadline = Deadline(seconds: seconds)
        while true {
            let attached = try await client.engines().filter { $0.presence == "attached" }
            // First: of a launcher that has ended nothing is wanted.
            try check()
            let count = wanted()
            if attached.count >= count { return attached }
            guard deadline.remaining > 0 else {
                throw LaunchError(
                    .notRegistered,
                    "\(attached.count) of \(count) engines have come to the controller within \(Int(seconds)) s; "
                        + "their logs say what keeps the others")
            }
            // There is no message for it: engines are no job. Asked a hundred times a second at most.
            try await Task.sleep(nanoseconds: pauseNanoseconds)
        }
    }
}
