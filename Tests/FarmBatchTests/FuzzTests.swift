import FarmBatch
import FarmTemplate
import Foundation
import Testing

@Suite struct FuzzTests {
    static let good = """
        name: heat
        labels: {project: heat}
        weight: 2
        max-failures: 5%
        defaults:
          needs: {cpus: 1, memory: 4GiB, license: 2, tags: [big]}
          retry: 2
          timeout: 10m
          env: &e {A: "x\\ty"}
        tasks:
          mesh:   {run: ./mesh.sh > mesh.txt, env: *e}
          solve:
            after: [mesh, {any: [12.3, 7, {job: heat}], when: failed}, {label: {project: heat}}]
            follow: {any: [mesh, 12]}
            check: test -d ${{ x }}
            canary: 2
            sweep:
              grid: {n: [64, 0x10], alpha: {range: {from: 0, to: 1, step: 0.1}}}
              list: [{x: 1, y: .5}, {x: 2, y: ~}]
            run: |
              cd "$(dirname ${{ name }})" && ./solve --n "${{ n }}" > '${{ alpha }}'
              cat <<EOF
              EOF
            result: {regex: 'err = (?<err>\\S+)'}
          report: {after: {at-least: 2, of: solve}, call: f, with: {n: "${{ index }}", t: [1, 2]}}
        engines: {launcher: local, slots: 4}
        """
    static let sweeps = """
        name: study
        tasks:
          a:
            sweep:
              grid: {n: [64, "x"], u: {random: {distribution: uniform, from: 0, to: 1, count: 2}}}
              zip: {a: {linspace: [0, 1, 3]}, b: {logspace: {from: 1, to: 100, count: 3}}, c: [1, 2, 3]}
              random:
                g: {distribution: normal, mean: 1, stddev: 2, count: 2}
                c2: {distribution: choice, values: [on, 0x1], count: 2}
              seed: 7
              exclude: [{n: 64, a: 0.5}, {c: 3}]
              when: n == 'x' or (a < b and not c in [5, 1e1]) or u >= 0.5
              include: [{n: 1, u: 2, a: 3, b: 4, c: 5, g: 6, c2: 7}]
              repeat: {count: 2, name: k}
            run: ./solve ${{ n }} ${{ k }} ${{ g }}
          b:
            sweep:
              zip:
                - {list: [{p: 1, q: 2}, {p: 3, q: 4}]}
                - {grid: [{range: {r: [1, 2]}}, {linspace: {s: [1, 1, 1]}}]}
              repeat: 2
            run: ./solve ${{ p }} ${{ s }} ${{ repeat }}
        """
    static let line =
        #"{"name":"s","run":"./solve '${{ n }}' \u00e4","params":{"n":0.10},"retry":{"failure":1},"after":[]}"#

    private func mutate(_ bytes: [UInt8], _ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = bytes
        let special = Array("\n\t {}[]:,-*&!|>'\"%@`#$\\0?<".utf8) + [0, 0xFF, 0xC3]
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let i = Int.random(in: 0..<bytes.count, using: &random)
            let j = min(bytes.count, i + Int.random(in: 1...30, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[i] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[i] = special.randomElement(using: &random) ?? 0
            case 2: bytes.removeSubrange(i..<j)
            case 3:
                bytes.insert(contentsOf: bytes[i..<j], at: Int.random(in: 0...bytes.count, using: &random))
            case 4: bytes.insert(special.randomElement(using: &random) ?? 0, at: i)
            default: bytes.removeSubrange(j...)
            }
        }
        return bytes
    }

    /// What is accepted must also survive the wire and render.
    private func use(_ batch: Batch) throws {
        for (group, template) in zip(batch.groups, batch.templates) {
            let copy = try TaskTemplate(decoding: template.encoded())
            #expect(copy == template)
            let compiled = try CompiledTemplate(
                copy, name: group.name, surroundings: Surroundings(directory: "/"))
            _ = try compiled.name(task: TaskID(raw: 5), index: group.count / 2)
            _ = try? compiled.render(task: TaskID(raw: 5), index: group.count - 1)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `mutated and random batch files are refused or read, never a trap`() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = Sequence64(state: seed)
        let good = Array(Self.good.utf8)
        let sweeps = Array(Self.sweeps.utf8)
        try use(try BatchReader.read(bytes: good, file: "f"))
        try use(try BatchReader.read(bytes: sweeps, file: "f"))
        var accepted = 0
        for i in 0..<5_000 {
            let bytes =
                i % 10 == 0
                ? (0..<Int.random(in: 0...200, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                : mutate(i % 2 == 0 ? good : sweeps, &random)
            do throws(BatchError) {
                let batch = try BatchReader.read(bytes: bytes, file: "f")
                accepted += 1
                do { try use(batch) } catch { Issue.record("seed \(seed), round \(i): \(error)") }
            } catch {
                #expect(!error.problems.isEmpty && error.problems.count <= BatchError.limit)
                for problem in error.problems where problem.line > 0 {
                    #expect(problem.column > 0 && problem.line <= bytes.count + 1, "seed \(seed), round \(i)")
                }
            }
        }
        #expect(accepted > 50)
    }

    @Test(.timeLimit(.minutes(5)))
    func `mutated JSON Lines are refused or read, never a trap`() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("fuzz-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        var random = Sequence64(state: UInt64.random(in: 0...UInt64.max))
        for _ in 0..<2_000 {
            let lines = (0..<3).map {
                $0 == 0 ? Array(Self.line.utf8) : mutate(Array(Self.line.utf8), &random)
            }
            try Data(lines.joined(separator: [10])).write(to: url)
            do throws(BatchError) {
                let key = UniqueKey(high: 0, low: 0)
                let batch = try BatchReader.jsonLines(
                    url.path, key: key, surroundings: Surroundings(directory: "/"))
                while try batch.next() != nil {}
            } catch {
                #expect(!error.problems.isEmpty)
            }
        }
    }
}

/// SplitMix64, so that a failing seed can be run again.
struct Sequence64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
