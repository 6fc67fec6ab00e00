import FarmTestKit
import Foundation
import Glibc
import Testing

@testable import FarmStore

/// The small layouts inside a ledger, and what they make of bytes that are none.
@Suite struct LayoutTests {
    let bench = LedgerBench()

    private static let kinds: [(type: Int64, kind: FileSystemKind)] = [
        (0x6969, .network("NFS")), (0xFF53_4D42, .network("CIFS")), (0x6573_5546, .network("FUSE")),
        (0x0BD0_0BD0, .network("Lustre")), (0xEF53, .local), (0x5846_5342, .local), (0x0102_1994, .local),
        (0, .local), (-1, .local),
    ]

    @Test(arguments: kinds)
    func `file systems that several hosts may share are known by their number`(
        type: Int64, kind: FileSystemKind
    ) {
        #expect(FileSystemKind(type: type) == kind)
    }

    @Test func `C50 the tail tells what was written last, and nothing if it is not whole`() throws {
        let path = bench.directory + "/tail"
        let tail = try #require(LedgerTail(path, bootID: "boot-one-and-more"))
        #expect(tail.read() == nil, "of an empty one")
        tail.write(4, areSynced: false)
        #expect(tail.read()?.commits == 4 && tail.read()?.isCertain == true)
        let later = LedgerTail(path, bootID: "boot-two", isReadOnly: true)
        #expect(later?.read()?.isCertain == false, "a loss of power may have taken it")
        tail.write(5_000_000_000, areSynced: true)
        #expect(later?.read()?.commits == 5_000_000_000 && later?.read()?.isCertain == true)
        let whole = try bench.bytes(path)
        #expect(whole.count == LedgerTail.size)
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 4
            try bench.write(bytes, to: path)
            #expect(LedgerTail(path, bootID: "boot-one-and-more")?.read() == nil, "byte \(place)")
        }
        try bench.write(Array(whole.dropLast()), to: path)
        #expect(LedgerTail(path, bootID: "boot-one-and-more")?.read() == nil)
        #expect(LedgerTail(path + "-none", bootID: "", isReadOnly: true) == nil)
    }

    @Test func `a body with payloads in files is put together again as it was`() throws {
        let files = PayloadFiles(directory: bench.directory + "/payload")
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        for large in [[], [0..<10], [5..<900, 900..<1_000], [0..<1_000], [3..<4, 10..<20, 999..<1_000]] {
            var digests: [PayloadFiles.Digest] = []
            let body = try SplicedBody.pack(bytes, large: large, files: files, digests: &digests)
            #expect(digests.count == large.count)
            var zeroed = bytes
            for range in large { for index in range { zeroed[index] = 0 } }
            try body.withUnsafeBytes { (raw) throws in
                try SplicedBody.unpack(raw, files: files) { #expect(Array($0) == bytes) }
                try SplicedBody.unpack(raw, files: nil) { #expect(Array($0) == zeroed) }
                let payloads = try SplicedBody.payloads(in: raw)
                #expect(payloads.map(\.digest) == digests && payloads.map(\.count) == large.map(\.count))
            }
        }
    }

    @Test func `bytes that are no body, header or entries are refused, whatever they are`() throws {
        let files = PayloadFiles(directory: bench.directory + "/payload")
        let bytes = (0..<400).map { UInt8(truncatingIfNeeded: $0) }
        var digests: [PayloadFiles.Digest] = []
        let body = try SplicedBody.pack(bytes, large: [3..<40, 70..<300], files: files, digests: &digests)
        var header: [UInt8] = []
        SubmissionHeader.append(LedgerBench.record(3), to: &header)
        let entries = (0..<4).flatMap { LedgerBench.entry($0) }
        for round in LedgerBench.seeds(20_000) {
            var random = SimulationRandom(seed: round)
            let seed = [body, header, entries].randomElement(using: &random) ?? body
            mutated(seed, &random).withUnsafeBytes { raw in
                try? SplicedBody.unpack(raw, files: nil, limitBytes: 1 << 16) {
                    #expect($0.count <= 1 << 16, "LEDGER_SEED=\(round)")
                }
                try? SplicedBody.unpack(raw, files: files, limitBytes: 1 << 16) { _ in }
                _ = try? SplicedBody.payloads(in: raw)
                if let (_, message) = SubmissionHeader.read(raw, job: JobID(1), part: 0, epoch: 7) {
                    #expect(message.count <= raw.count, "LEDGER_SEED=\(round)")
                }
                if OutcomeLog.holds(4, in: raw) {
                    var offset = 0
                    for _ in 0..<4 { offset += OutcomeLog.entryLength(raw, offset) }
                    #expect(offset == raw.count, "LEDGER_SEED=\(round)")
                }
            }
        }
    }

    /// Some bytes changed, cut off or added; small numbers above all, since those are lengths that may fit.
    private func mutated(_ bytes: [UInt8], _ random: inout SimulationRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            case 1: bytes += [UInt8](repeating: 0, count: Int.random(in: 0..<50, using: &random))
            case 2 where !bytes.isEmpty:
                bytes[Int.random(in: 0..<min(100, bytes.count), using: &random)] = .random(
                    in: 0..<8, using: &random)
            default:
                guard !bytes.isEmpty else { continue }
                bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
        }
        return bytes
    }

    @Test func `a submission's header is read as it was written`() throws {
        var bytes: [UInt8] = []
        let record = LedgerBench.record(8, part: 2)
        SubmissionHeader.append(record, to: &bytes)
        bytes += [5, 6]
        try bytes.withUnsafeBytes { raw in
            let (found, message) = try #require(
                SubmissionHeader.read(raw, job: JobID(8), part: 2, epoch: record.epoch))
            #expect(found == record && Array(message) == [5, 6])
        }
    }
}
