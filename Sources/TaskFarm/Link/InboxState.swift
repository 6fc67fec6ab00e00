import FarmTransport

/// What is under way between a job and a program that reads its log only once, in both directions.
struct InboxState: Sendable {
    var job: JobID?
    var failure: TaskClientError?
    /// Entries that the program has not read.
    var chunks: [CompletionChunk] = []
    /// The first entry that is not here yet.
    var nextCursor: UInt64 = 0

    // The way in, of a map; unused by those that only read.

    /// Inputs that are not handed to the session. The last block may still grow.
    var blocks: [PayloadBlock] = []
    var nextBlock = 0
    /// Inputs put in, and their bytes.
    var appendedCount = 0
    var appendedBytes = 0
    /// Inputs handed to the session.
    var takenCount = 0
    /// `takenCount` after each part that is not accepted.
    var unaccepted: [Int] = []
    /// Tasks whose end the program has read.
    var readCount = 0
    var hasBegun = false
    var isInputEnded = false
    var isClosed = false
    /// The loop's thread has been asked to fetch parts, and has not yet.
    var isKicked = false

    var waitingBlocks: Int { blocks.count - nextBlock }
    var isDone: Bool { isInputEnded && readCount >= appendedCount }

    /// How many more inputs are welcome: none while much waits to be sent, or is under way or unread.
    func room(_ limits: MapLimits) -> Int {
        guard !isInputEnded, waitingBlocks < 16 else { return 0 }
        let open = appendedCount - readCount
        let isHeavy = open > 0 && appendedBytes / appendedCount * open >= limits.bytes
        return isHeavy ? 0 : max(0, limits.tasks - open)
    }

    /// Whether the loop's thread has to be told that there is a part now.
    mutating func needsKick() -> Bool {
        guard !isKicked, isPartDue else { return false }
        isKicked = true
        return true
    }

    /// A part is due when it is full, or when little is unanswered: so a lone task leaves at once, and many
    /// make large parts without a clock.
    var isPartDue: Bool {
        if isClosed { return false }
        if isInputEnded || waitingBlocks > 1 { return true }
        guard waitingBlocks == 1 else { return false }
        return unaccepted.count < 4 || blocks[nextBlock].isFull
    }

    mutating func append(_ block: PayloadBlock) {
        appendedCount += block.count
        appendedBytes += block.bytes.count
        blocks.append(block)
    }

    /// Adds one input, to the last block if that is not full.
    mutating func append(payload: [UInt8]) {
        appendedCount += 1
        appendedBytes += payload.count
        if waitingBlocks == 0 || blocks[blocks.count - 1].isFull { blocks.append(PayloadBlock()) }
        blocks[blocks.count - 1].append(payload)
    }

    mutating func takeBlock() -> PayloadBlock? {
        guard waitingBlocks > 0 else { return nil }
        var block = PayloadBlock()
        swap(&block, &blocks[nextBlock])
        nextBlock += 1
        if nextBlock == blocks.count {
            blocks.removeAll(keepingCapacity: true)
            nextBlock = 0
        }
        takenCount += block.count
        unaccepted.append(takenCount)
        return block
    }
}

/// How much of a map may be under way.
struct MapLimits: Sendable {
    var tasks: Int
    var bytes: Int
}

extension PayloadBlock {
    /// Large enough for a part of a streaming submission.
    var isFull: Bool { bytes.count >= 64 << 10 || count >= 1024 }
}
