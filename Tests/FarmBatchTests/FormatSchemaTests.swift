import FarmBatch
import FarmTemplate
import Foundation
import Testing

/// docs/batch-file.schema.json says what the reader takes.
@Suite struct FormatSchemaTests {
    let schema: JSONSchema

    init() throws {
        schema = try JSONSchema(
            Array(
                Data(
                    contentsOf: Pages.root.appendingPathComponent(
                        "docs/batch-file.schema.json"))))
    }

    private func keys(_ place: String) throws -> [String] {
        guard case .object(let members) = try schema.at("/$defs/\(place)/properties") else { return [] }
        return members.map(\.key)
    }

    @Test(arguments: BatchKeys.places.keys.sorted())
    func `the schema has the keys that the reader takes, and no others`(_ place: String) throws {
        #expect(try keys(place).sorted() == BatchKeys.places[place]?.sorted())
    }

    @Test func `every key and every definition with keys is described`() throws {
        guard case .object(let definitions) = try schema.at("/$defs") else { return }
        for definition in definitions where definition.value["properties"] != nil {
            #expect(
                BatchKeys.places[definition.key] != nil, "\(definition.key) is not a place of the reader's")
            for key in try keys(definition.key) {
                let own = try schema.at("/$defs/\(definition.key)/properties/\(key)")
                let source = try own["$ref"]?.stringValue.map { try schema.at(String($0.dropFirst())) }
                #expect((own["description"] ?? source?["description"]) != nil, "\(definition.key).\(key)")
            }
        }
    }

    @Test func `every example is valid`() throws {
        for block in try Pages.blocks("yaml") {
            let value = try BatchReader.value(of: Array(block.text.utf8))
            #expect(try schema.faults(of: value) == [], "batch-files.md, line \(block.line)")
        }
        for block in try Pages.blocks("jsonl") {
            for line in block.text.split(separator: "\n") {
                let value = try BatchReader.value(of: Array(line.utf8))
                #expect(try schema.faults(of: value, at: "/$defs/line") == [], "\(line)")
            }
        }
        let examples = Pages.root.appendingPathComponent("examples")
        let files = try #require(
            FileManager.default.enumerator(at: examples, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files where file.pathExtension == "yaml" {
            count += 1
            let value = try BatchReader.value(of: Array(Data(contentsOf: file)))
            #expect(try schema.faults(of: value) == [], "\(file.lastPathComponent)")
        }
        #expect(count > 0)
    }

    @Test(arguments: [FuzzTests.good, FuzzTests.sweeps] + PolicyFileTests.whole)
    func `what the reader takes is valid`(_ text: String) throws {
        _ = try read(text)
        #expect(try schema.faults(of: BatchReader.value(of: Array(text.utf8))) == [])
    }

    static let bad = [
        "schedule: {}\ntasks: {a: {run: x}}", "schedule: '@daily'\ntasks: {a: {run: x}}",
        "schedule: {cron: '@daily', overlap: maybe}\ntasks: {a: {run: x}}",
        "schedule: {cron: '@daily', catchup: all}\ntasks: {a: {run: x}}",
        "schedule: {cron: '@daily', keep: 60 days}\ntasks: {a: {run: x}}",
        "schedule: {cron: '@daily', keep: 0}\ntasks: {a: {run: x}}",
        "schedule: {cron: '@daily', jitter: 0}\ntasks: {a: {run: x}}",
        "notify: {faliure: x}\ntasks: {a: {run: x}}", "notify: {failure: ' '}\ntasks: {a: {run: x}}",
        "notify: x\ntasks: {a: {run: x}}",
        "tasks: {a: {runn: x}}", "tasks: {a: {run: x, tiemout: 5}}", "nmae: x\ntasks: {a: {run: x}}",
        "name: x",
        "tasks: {}", "tasks: [x]", "tasks: {a: {}}", "tasks: {a: x}", "tasks: {12: {run: x}}",
        "tasks: {a/b: {run: x}}", "name: last\ntasks: {a: {run: x}}", "hello", "[1]",
        "tasks: {a: {run: x, call: y}}", "tasks: {a: {call: y, stdin: f}}", "tasks: {a: {run: x, with: 1}}",
        "tasks: {a: {call: y, check: f}}", "tasks: {a: {run: {b: c}}}", "tasks: {a: {run: ''}}",
        "tasks: {a: {run: []}}", "tasks: {a: {run: x, retry: -1}}", "tasks: {a: {run: x, retry: many}}",
        "tasks: {a: {run: x, retry: {failures: 1}}}", "tasks: {a: {run: x, retry: {exit-codes: [busy]}}}",
        "tasks: {a: {run: x, retry: {avoid-engine: 1}}}", "tasks: {a: {run: x, timeout: -5}}",
        "tasks: {a: {run: x, timeout: 5 parsecs}}", "tasks: {a: {run: x, timeout: 0}}",
        "tasks: {a: {run: x, deadline: tomorrow}}", "tasks: {a: {run: x, needs: {cpus: 0}}}",
        "tasks: {a: {run: x, needs: {cpu: 2}}}", "tasks: {a: {run: x, needs: {cores: 2}}}",
        "tasks: {a: {run: x, needs: {memory: lots}}}", "tasks: {a: {run: x, needs: {memory: 0}}}",
        "tasks: {a: {run: x, needs: {license: 0}}}", "tasks: {a: {run: x, needs: {license: 1.5}}}",
        "tasks: {a: {run: x, needs: {_x: 1}}}", "tasks: {a: {run: x, needs: {tags: []}}}",
        "tasks: {a: {run: x, needs: [4]}}", "tasks: {a: {run: x, max-running: 0}}",
        "tasks: {a: {run: x, max-failures: 101%}}", "tasks: {a: {run: x, max-failures: 2.125%}}",
        "tasks: {a: {run: x, max-failures: -1}}", "tasks: {a: {run: x, canary: some}}",
        "weight: 0\ntasks: {a: {run: x}}", "weight: 1001\ntasks: {a: {run: x}}",
        "tasks: {a: {run: x, speculate: on}}", "tasks: {a: {run: x, check: ''}}",
        "tasks: {a: {run: x, check: [x]}}", "tasks: {a: {run: x, recovery: []}}",
        "tasks: {a: {run: x, recovery: {after: b, run: y}}}",
        "tasks: {a: {run: x, recovery: {run: y, canary: 1}}}",
        "tasks: {a: {run: x, after: []}}", "tasks: {a: {run: x, after: {of: b}}}",
        "tasks: {a: {run: x, after: {at-least: 2}}}", "tasks: {a: {run: x, after: {all: b, any: c}}}",
        "tasks: {a: {run: x, after: {all: b, when: dead}}}", "tasks: {a: {run: x, after: {job: []}}}",
        "tasks: {a: {run: x, after: {job: b, label: {c: d}}}}", "tasks: {a: {run: x, after: {label: b}}}",
        "tasks: {a: {run: x, after: {label: {}}}}", "tasks: {a: {run: x, follow: {all: b, any: c}}}",
        "tasks: {a: {run: x, follow: {all: b, when: ended}}}", "tasks: {a: {run: x, sweep: {}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: []}}}}", "tasks: {a: {run: x, sweep: {grid: {n: 5}}}}",
        "tasks: {a: {run: x, sweep: {range: {n: {from: 1}}}}}",
        "tasks: {a: {run: x, sweep: {range: {n: [1]}}}}", "tasks: {a: {run: x, sweep: {zip: []}}}",
        "tasks: {a: {run: x, sweep: {zip: [{n: [1]}]}}}", "tasks: {a: {run: x, sweep: {zip: {}}}}",
        "tasks: {a: {run: x, sweep: {linspace: {n: [0, 1]}}}}", "tasks: {a: {run: x, sweep: {list: []}}}",
        "tasks: {a: {run: x, sweep: {linspace: {n: {from: 0, to: 1, count: 0}}}}}",
        "tasks: {a: {run: x, sweep: {logspace: {n: [0, 1, 3]}}}}",
        "tasks: {a: {run: x, sweep: {random: {n: {distribution: uniform, count: 3}}}}}",
        "tasks: {a: {run: x, sweep: {random: {n: {distribution: gamma, count: 3}}}}}",
        "tasks: {a: {run: x, sweep: {random: {n: {distribution: normal, from: 1, count: 3}}}}}",
        "tasks: {a: {run: x, sweep: {random: {n: {distribution: choice, values: [], count: 3}}}}}",
        "tasks: {a: {run: x, sweep: {random: {n: {distribution: normal}}}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: {linspace: [0, 1, 2], logspace: [1, 2, 3]}}}}}",
        "tasks: {a: {run: x, sweep: {csv: {file: x}}}}", "tasks: {a: {run: x, sweep: {csv: ''}}}",
        "tasks: {a: {run: x, sweep: {repeat: 3}}}", "tasks: {a: {run: x, sweep: {seed: 3}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, repeat: 0}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, repeat: {name: k}}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, seed: -1}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, include: {n: 2}}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, exclude: []}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, exclude: [{}]}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, when: [n == 1]}}}",
        "tasks: {a: {run: x, sweep: {grid: {n: [1]}, when: ''}}}",
        "tasks: {a: {run: x, sweep: {when: 'n == 1'}}}",
        "tasks: {a: {run: x, env: {A: }}}", "tasks: {a: {run: x, env: {TASKS_A: x}}}",
        "tasks: {a: {run: x, result: {}}}", "tasks: {a: {run: x, stdin: {file: a, text: b}}}",
        "tasks: {a: {run: x, stdout: {append: true}}}", "tasks: {a: {run: x, stdout: {file: a, append: on}}}",
        "tasks: {a: {run: x, output-limit: lots}}", "tasks: {a: {run: x}}\nengines: {launcher: \"a b\"}",
        "tasks: {a: {run: x}}\nengines: {slots: 0}", "defaults: {run: x}\ntasks: {a: {run: x}}",
        "defaults: {follow: x}\ntasks: {a: {run: x}}", "tasks: {a: {run: x, priority: high}}",
        "durable: 1\ntasks: {a: {run: x}}",
    ]

    @Test(arguments: bad) func `what the reader refuses for its form is not valid`(_ text: String) throws {
        #expect(refusal(text) != "accepted")
        #expect(try !schema.faults(of: BatchReader.value(of: Array(text.utf8))).isEmpty)
    }
}
