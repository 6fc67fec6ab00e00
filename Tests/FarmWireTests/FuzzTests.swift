import FarmWire
import Testing

/// Whatever bytes come, a decoder returns or throws; it never traps, and takes no memory on a peer's mere
/// word.
struct FuzzTests {
    static let rounds = 20_000

    @Test(.timeLimit(.minutes(5)), arguments: Sample.all)
    func `C61 random bytes never trap a decoder`(_ sample: Sample) {
        var random = SeededRandom(seed: 61)
        for _ in 0..<Self.rounds { check(sample, random.bytes(upTo: 160)) }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Sample.all)
    func `C61 mutated messages never trap a decoder`(_ sample: Sample) {
        var random = SeededRandom(seed: 62)
        var valid: [UInt8] = []
        for round in 0..<Self.rounds {
            if round % 16 == 0 { valid = sample.random(&random) }
            var bytes = valid
            for _ in 0...random.below(3) { mutate(&bytes, &random) }
            check(sample, bytes)
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Sample.all)
    func `a message cut short anywhere is refused`(_ sample: Sample) throws {
        var random = SeededRandom(seed: 63)
        for _ in 0..<40 {
            let bytes = sample.random(&random)
            for length in 0..<bytes.count {
                let short = [UInt8](bytes[..<length])
                if sample.mayEndEarly {
                    check(sample, short)
                } else {
                    #expect(throws: WireError.self) { try sample.rewrite(short) }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Sample.all)
    func `C61 a huge number in any place is refused or harmless`(_ sample: Sample) {
        var random = SeededRandom(seed: 64)
        for huge in [UInt32.max, 0x7FFF_FFFF, 0x0100_0000] {
            for _ in 0..<10 {
                let bytes = sample.random(&random)
                for place in 0..<max(0, bytes.count - 3) {
                    var changed = bytes
                    changed.withUnsafeMutableBytes {
                        $0.storeBytes(of: huge, toByteOffset: place, as: UInt32.self)
                    }
                    check(sample, changed)
                }
            }
        }
    }

    @Test func `items take no more than a small multiple of their bytes on the wire`() {
        func ratio<Item>(_ item: Item.Type, wire: Int) -> Int { MemoryLayout<Item>.stride / wire }
        #expect(ratio(String.self, wire: 4) <= 4)
        #expect(ratio([UInt8].self, wire: 4) <= 4)
        #expect(ratio(Label.self, wire: 8) <= 4)
        #expect(ratio(Claim.self, wire: 17) <= 4)
        #expect(ratio(DispatchName.self, wire: 16) <= 4)
        #expect(ratio(StartedMessage.Entry.self, wire: 24) <= 4)
        #expect(ratio(RecalledMessage.Entry.self, wire: 17) <= 4)
        #expect(ratio(CancelMessage.TaskRange.self, wire: 12) <= 4)
        #expect(ratio(GroupSpec.self, wire: 65) <= 4)
        #expect(ratio(Dependency.self, wire: 10) <= 4)
        #expect(ratio(Dependency.Source.self, wire: 9) <= 4)
    }

    /// What decodes must be sound: writing it again gives the same bytes, or at least the same value.
    private func check(_ sample: Sample, _ bytes: [UInt8]) {
        guard let rewritten = try? sample.rewrite(bytes) else { return }
        if sample.isCanonical {
            if rewritten != bytes { Issue.record("rewritten bytes differ: \(bytes)") }
        } else {
            if (try? sample.rewrite(rewritten)) != rewritten { Issue.record("no fixed point: \(bytes)") }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
        let place = bytes.isEmpty ? 0 : random.below(bytes.count)
        switch random.below(6) {
        case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(random.below(8))
        case 1 where !bytes.isEmpty: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF][random.below(5)]
        case 2 where !bytes.isEmpty: bytes.remove(at: place)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
        case 4: bytes.removeLast(min(bytes.count, random.below(9)))
        default: bytes.append(contentsOf: random.bytes(upTo: 12))
        }
    }
}
