import Foundation
import TaskFarm

/// The engines' built-in function that gives back its bytes.
struct Echo: TaskFunction {
    static let name = "echo"
    func run(_ input: [UInt8], _ context: TaskContext) async throws -> [UInt8] { input }
}

/// A client that floods a farm, or calls it one by one, and checks every result.
struct Load {
    /// As the ceiling: 64 bytes there and back.
    private static let bodyBytes = 64

    private let capability: String
    private let mode: String
    private let count: Int

    init(_ arguments: [String]) throws {
        guard arguments.count == 3, let count = Int(arguments[2]), count > 0 else {
            throw BenchError("usage: bench load CAPABILITY flood|latency N")
        }
        capability = arguments[0]
        mode = arguments[1]
        self.count = count
    }

    func run() async throws {
        let client = try await TaskClient.connect(capability: capability, patience: .seconds(10))
        switch mode {
        case "flood": try await flood(client)
        case "latency": try await latency(client)
        default: throw BenchError("no mode '\(mode)'")
        }
        await client.close()
    }

    private func body(_ index: Int) -> [UInt8] {
        var body = [UInt8](repeating: 7, count: Self.bodyBytes)
        withUnsafeBytes(of: UInt32(index)) { body.replaceSubrange(0..<4, with: $0) }
        return body
    }

    private func check(_ value: [UInt8], _ index: Int) throws {
        guard value.count == Self.bodyBytes, value.starts(with: body(index).prefix(4)) else {
            throw BenchError("task \(index) gave back something else")
        }
    }

    private func flood(_ client: TaskClient) async throws {
        let inputs = (0..<count).map(body)
        _ = try await client.map(Echo.self, Array(inputs.prefix(1_000)))
        let start = seconds()
        let values = try await client.map(Echo.self, inputs)
        let time = seconds() - start
        for (index, value) in values.enumerated() { try check(value, index) }
        guard values.count == count else { throw BenchError("\(values.count) results for \(count) tasks") }
        print("{\"mode\":\"flood\",\"count\":\(count),\"per_second\":\(Double(count) / time)}")
    }

    private func latency(_ client: TaskClient) async throws {
        for index in 0..<20 { try check(try await client.run(Echo.self, body(index)), index) }
        var times: [Double] = []
        for index in 0..<count {
            let start = seconds()
            let value = try await client.run(Echo.self, body(index))
            times.append(seconds() - start)
            try check(value, index)
        }
        times.sort()
        print(
            "{\"mode\":\"latency\",\"count\":\(count),\"p50_us\":\(times[count / 2] * 1e6),"
                + "\"p99_us\":\(times[count * 99 / 100] * 1e6)}")
    }
}
