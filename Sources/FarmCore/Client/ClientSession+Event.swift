extension ClientSession {
    /// What happens to a client.
    public enum Event: Sendable {
        /// The controller has let the session in; `windowBytes` is what may be unacknowledged each way.
        case welcomed(windowBytes: UInt64)
        /// The session is over.
        case connectionLost
        /// The program submits the next part under `key`; `work` is the node's reference to its body of
        /// `bytes`. `opens` says that it is part 0. With `follows` in part 0 it asks for the job's
        /// completions from its beginning as soon as its number is known. A part of a submission that is over
        /// is released at once.
        case part(UniqueKey, work: UInt64, bytes: Int, opens: Bool, isLast: Bool, follows: Bool)
        /// All parts up to this one are accepted: the job has `tasks` tasks so far.
        case accepted(UniqueKey, part: UInt32, JobID, tasks: UInt32)
        /// The submission is refused whole.
        case refused(UniqueKey)
        /// The program wants the job's outcomes from `cursor` on; replaces an earlier subscription to it.
        case subscribe(JobID, cursor: UInt64)
        /// The program wants no more of the job.
        case unsubscribe(JobID)
        /// `count` log entries from `firstCursor` on came, in a body of `bytes`.
        case completions(JobID, firstCursor: UInt64, count: UInt32, bytes: Int)
        /// The controller does not know a job that was asked for, or not any more.
        case gone(JobID)
        /// The program is done with `bytes` of completions bodies, in the order in which they were delivered.
        case consumed(Int)
        /// The program asks something, under a number that rises and is never used again.
        case request(UInt64)
        /// The controller has answered.
        case replied(UInt64)
        /// The program leaves.
        case close
    }

    /// What the node has to do, in this order.
    public enum Action: Equatable, Sendable {
        /// Send the part with this body; it is kept until released.
        case sendPart(UInt64)
        /// The body is not needed any more.
        case releasePart(UInt64)
        /// `canSubmit` is true again.
        case writable
        /// Tell the program what the controller has accepted; `isWhole` when that was the last part.
        case accepted(UniqueKey, JobID, tasks: UInt32, isWhole: Bool)
        /// Tell the program that its submission is refused.
        case refused(UniqueKey)
        /// Ask for the job's outcomes from `cursor` on.
        case sendSubscribe(JobID, cursor: UInt64)
        /// The job's outcomes are not wanted any more.
        case sendUnsubscribe(JobID)
        /// Hand the program the entries of the body that came, but for the first `skip`: `count` of them, the
        /// first of which has `firstCursor`.
        case deliver(JobID, firstCursor: UInt64, skip: UInt32, count: UInt32)
        /// Tell the program that nothing more comes of the job, for the controller does not know it.
        case gone(JobID)
        /// Tell the controller how many bytes of completions this session has read.
        case sendConsumed(UInt64)
        /// Send the request; it is kept until answered.
        case sendRequest(UInt64)
        /// Tell the program the answer that came; the request is not needed any more.
        case answered(UInt64)
        /// Tell the controller that the client leaves.
        case sendBye
    }
}
