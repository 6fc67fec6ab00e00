import FarmWire

/// Work that has come and not begun. Payloads stay in copies of the dispatch messages that brought them, so a
/// task costs no buffer of its own; a copy is let go when nothing of it is left.
struct WorkStore {
    /// What an attempt has to do.
    struct Work {
        var template: EngineTemplate?
        var index: UInt32
        /// Where the payload is: a message's copy, and the place in it.
        var chunk: Int
        var payload: Range<Int>
    }

    private struct Chunk {
        var bytes: [UInt8]
        var live: Int
    }

    private var works: [Work] = []
    private var freeWorks: [Int] = []
    private var chunks: [Chunk] = []
    private var freeChunks: [Int] = []
    private var pool = BufferPool()
    /// Parts in collective tasks, of those that have one.
    private var seats: [UInt64: GangSeat] = [:]

    var count: Int { works.count - freeWorks.count }

    /// Copies a dispatch message, unless it may be kept as a whole. It stays while work refers to it, and
    /// until `close`.
    mutating func open(_ body: UnsafeRawBufferPointer, _ whole: [UInt8]?) -> Int {
        var bytes = whole ?? pool.take()
        if whole == nil { bytes.append(contentsOf: body) }
        let chunk = Chunk(bytes: bytes, live: 1)
        guard let index = freeChunks.popLast() else {
            chunks.append(chunk)
            return chunks.count - 1
        }
        chunks[index] = chunk
        return index
    }

    mutating func close(_ chunk: Int) { drop(chunk) }

    mutating func insert(_ work: consuming Work) -> UInt64 {
        chunks[work.chunk].live += 1
        guard let index = freeWorks.popLast() else {
            works.append(work)
            return UInt64(works.count - 1)
        }
        works[index] = work
        return UInt64(index)
    }

    mutating func insert(_ work: consuming Work, seat: GangSeat) -> UInt64 {
        let number = insert(work)
        seats[number] = seat
        return number
    }

    /// Puts the work into a batch for the worker; it is still to be released. Precondition: it has a
    /// template.
    func add(
        _ work: UInt64, of token: AttemptToken, _ name: DispatchName, cores: IdentitySet, gpus: IdentitySet,
        to builder: inout WorkBatchBuilder
    ) {
        let index = Int(work)
        guard let template = works[index].template else {
            preconditionFailure("work without a template has begun")
        }
        let place = works[index].payload
        if place.count > WorkBatchBuilder.sharedBytes, builder.isEmpty {
            return builder.append(
                token, name, index: works[index].index, template: template, cores: cores, gpus: gpus,
                seat: seats[work], message: chunks[works[index].chunk].bytes, place: place)
        }
        chunks[works[index].chunk].bytes.withUnsafeBytes {
            builder.append(
                token, name, index: works[index].index, template: template, cores: cores, gpus: gpus,
                seat: seats.isEmpty ? nil : seats[work],
                payload: UnsafeRawBufferPointer(rebasing: $0[place]))
        }
    }

    /// Precondition: not released before.
    mutating func release(_ work: UInt64) {
        let index = Int(work)
        works[index].template = nil
        if !seats.isEmpty { seats[work] = nil }
        freeWorks.append(index)
        drop(works[index].chunk)
    }

    private mutating func drop(_ chunk: Int) {
        chunks[chunk].live -= 1
        guard chunks[chunk].live == 0 else { return }
        var bytes: [UInt8] = []
        swap(&bytes, &chunks[chunk].bytes)
        pool.give(bytes)
        freeChunks.append(chunk)
    }
}
