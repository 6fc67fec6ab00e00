import FarmFunctions
import Foundation
import Testing

@Suite struct PayloadCodecTests {
    struct Point: Codable, Hashable, Sendable {
        var x: Double
        var name: String
        var more: [Int]?
    }

    private func roundTrip<Value: Codable & Equatable>(_ value: Value, _ codec: PayloadCodec) throws {
        let payload = try PayloadCodec.encode(value)
        #expect(payload.first == codec.rawValue)
        #expect(try PayloadCodec.decode(Value.self, from: payload) == value)
    }

    @Test func `each kind of value comes back as it was, under its own codec`() throws {
        try roundTrip(Nothing(), .nothing)
        for value in [0, 1, -1, Int.max, Int.min] { try roundTrip(value, .int) }
        for value in [0, -0.0, 0.1, .infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude] {
            try roundTrip(value, .double)
        }
        try roundTrip(true, .bool)
        try roundTrip(false, .bool)
        for text in ["", "plain", "ünïcode \u{1F600}", String(repeating: "x", count: 100_000)] {
            try roundTrip(text, .string)
        }
        try roundTrip([UInt8](0...255), .bytes)
        try roundTrip(Data([1, 2, 3]), .bytes)
        try roundTrip([1.5, -2.5, .infinity], .doubles)
        try roundTrip([Double](), .doubles)
        try roundTrip([1, Int.min], .ints)
        try roundTrip([Int64(7)], .ints)
        try roundTrip(Int64.min, .int)
        try roundTrip(Int32(-5), .int)
        try roundTrip(UInt64(5), .int)
        try roundTrip(UInt64.max, .json)
        try roundTrip(Float(0.1), .double)
        try roundTrip(Point(x: .infinity, name: "a/b", more: [1]), .json)
        try roundTrip(["k": [1.0]], .json)
        try roundTrip(Int?.some(3), .json)
        try roundTrip(Int?.none, .json)
    }

    @Test func `an empty array is one of its own kind`() throws {
        try roundTrip([String](), .json)
        try roundTrip([[Int]](), .json)
        try roundTrip([Point](), .json)
        try roundTrip([Double](), .doubles)
        try roundTrip([Float](), .array)
    }

    @Test func `the layout is the one of the protocol`() throws {
        #expect(try PayloadCodec.encode(258) == [3, 2, 1, 0, 0, 0, 0, 0, 0])
        #expect(try PayloadCodec.encode("é") == [5, 0xC3, 0xA9])
        #expect(try PayloadCodec.encode(true) == [6, 1])
        #expect(try PayloadCodec.encode(Nothing()) == [0])
        #expect(try PayloadCodec.encode([1.0]) == [7, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
        #expect(PayloadCodec.payload(json: "{}".utf8) == [2, 0x7B, 0x7D])
    }

    @Test func `JSON from a batch file is read as whatever the function wants`() throws {
        func read<Value: Decodable>(_ text: String, _ type: Value.Type) throws -> Value {
            try PayloadCodec.decode(type, from: PayloadCodec.payload(json: text.utf8))
        }
        #expect(try read("3", Int.self) == 3)
        #expect(try read("3", Double.self) == 3)
        #expect(try read("3.0", Int.self) == 3)
        #expect(try read("\"x\"", String.self) == "x")
        #expect(try read("true", Bool.self))
        #expect(try read("[1, 2]", [Double].self) == [1, 2])
        #expect(try read("[1, 2]", [UInt8].self) == [1, 2])
        #expect(try read("[1, 2]", [Int64].self) == [1, 2])
        #expect(try read("null", Int?.self) == nil)
        #expect(try read("{\"x\": 1, \"name\": \"n\"}", Point.self) == Point(x: 1, name: "n"))
        #expect(try read("[1]", Nothing.self) == Nothing())
    }

    @Test func `numbers of one kind are read as another where nothing is lost`() throws {
        #expect(try PayloadCodec.decode(Double.self, from: PayloadCodec.encode(7)) == 7)
        #expect(try PayloadCodec.decode(Int.self, from: PayloadCodec.encode(7.0)) == 7)
        #expect(try PayloadCodec.decode(Float.self, from: PayloadCodec.encode(0.5)) == 0.5)
        #expect(try PayloadCodec.decode(UInt8.self, from: PayloadCodec.encode(200)) == 200)
        #expect(try PayloadCodec.decode([Double].self, from: PayloadCodec.encode([1, 2])) == [1, 2])
        #expect(try PayloadCodec.decode([Int].self, from: PayloadCodec.encode([1.0, 2.0])) == [1, 2])
        #expect(try PayloadCodec.decode(Int?.self, from: [UInt8]()) == nil)
    }

    private func failure<Value: Decodable>(_ type: Value.Type, _ payload: [UInt8]) -> PayloadError? {
        do throws(PayloadError) {
            _ = try PayloadCodec.decode(type, from: payload)
            return nil
        } catch { return error }
    }

    @Test func `an error says what was expected and what came`() throws {
        let string = try #require(failure(Int.self, try PayloadCodec.encode("abc")))
        #expect(string.code == .wrongType)
        #expect(string.message.hasPrefix("expected Int, got a string (\"abc\")"))
        let none = try #require(failure(Int.self, []))
        #expect(none.message.hasPrefix("expected Int, got nothing"))
        let half = try #require(failure(Int.self, try PayloadCodec.encode(0.5)))
        #expect(half.code == .notExact)
        let big = try #require(failure(Double.self, try PayloadCodec.encode(1 << 53 + 1)))
        #expect(big.code == .notExact)
        let small = try #require(failure(UInt8.self, try PayloadCodec.encode(300)))
        #expect(small.code == .wrongType)
        let raw = try #require(failure(String.self, try PayloadCodec.encode([UInt8(1)])))
        #expect(raw.message == "expected String, got 1 raw bytes")
        let missing = try #require(failure(Point.self, PayloadCodec.payload(json: "{\"x\": 1}".utf8)))
        #expect(missing.message.contains("`name` is missing"))
        let nested = try #require(
            failure(Point.self, PayloadCodec.payload(json: "{\"x\":1,\"name\":\"\",\"more\":[1,\"a\"]}".utf8))
        )
        #expect(nested.message.contains("at `more[1]`"))
        #expect(failure(Int.self, PayloadCodec.payload(json: "{oops".utf8))?.code == .invalidJSON)
    }

    @Test(
        arguments: [
            [3, 1], [4], [6, 2], [6], [7, 1, 2], [0, 1], [9], [255, 0, 0], [5, 0xFF], [13, 1],
            [13, 255, 0, 0, 0, 49], [13, 255, 255, 255, 255, 49],
        ] as [[UInt8]])
    func `a damaged payload is refused, not read`(_ payload: [UInt8]) {
        #expect(failure(String.self, payload) != nil)
        #expect(failure(Double.self, payload) != nil)
        #expect(failure([Int].self, payload) != nil)
        #expect(throws: PayloadError.self) { try PayloadCodec.json(payload) }
    }

    @Test func `a Python value with tuples is read as the JSON in it`() throws {
        let payload: [UInt8] = [13, 5, 0, 0, 0] + Array("[1,2]".utf8) + [128, 4, 46]
        #expect(try PayloadCodec.decode([Int].self, from: payload) == [1, 2])
        #expect(try PayloadCodec.json(payload) == "[1,2]")
        #expect(failure(Bool.self, payload)?.message.contains("[1,2]") == true)
    }

    @Test func `any payload can be shown as JSON`() throws {
        #expect(try PayloadCodec.json(PayloadCodec.encode(Nothing())) == "null")
        #expect(try PayloadCodec.json(PayloadCodec.encode(0.1)) == "0.1")
        #expect(try PayloadCodec.json(PayloadCodec.encode(Double.nan)) == "\"nan\"")
        #expect(try PayloadCodec.json(PayloadCodec.encode("a\"b")) == "\"a\\\"b\"")
        #expect(try PayloadCodec.json(PayloadCodec.encode([1, 2])) == "[1,2]")
        #expect(try PayloadCodec.json(PayloadCodec.encode([UInt8(255)])) == "\"/w==\"")
        #expect(try PayloadCodec.json(PayloadCodec.encode(false)) == "false")
    }

    @Test func `a context can be made by hand to test a function`() async throws {
        struct Twice: TaskFunction {
            static let name = "twice"
            func run(_ input: Int, _ context: TaskContext) async throws -> Int {
                context.log(
                    "task \(context.task), try \(context.attempt), n \(context.parameters["n"] ?? "-")")
                return input * 2
            }
        }
        try await confirmation { (logged) async throws -> Void in
            let context = TaskContext(job: 12, index: 345, attempt: 2, parameters: ["n": "64"]) { line in
                #expect(line == "task 12.345, try 2, n 64")
                logged()
            }
            #expect(try await Twice().run(4, context) == 8)
        }
    }

    @Test func `a context made by hand is alone, or one of the ranks that it is given`() {
        let alone = TaskContext()
        #expect(alone.rank == 0 && alone.rankCount == 1 && alone.poolRanks.isEmpty)
        let rank = TaskContext(rank: 2, poolRanks: [0, 4, 5])
        #expect(rank.rank == 2 && rank.rankCount == 3 && rank.poolRanks == [0, 4, 5])
    }

    @Test func `a part of an array is the payload that an array of these would be`() throws {
        #expect(try PayloadCodec.encode(part: [1.5, 2.5, 3.5][1...]) == PayloadCodec.encode([2.5, 3.5]))
        #expect(try PayloadCodec.encode(part: [1, 2, 3][..<2]) == PayloadCodec.encode([1, 2]))
        #expect(try PayloadCodec.encode(part: [UInt8]([1, 2])[1...]) == PayloadCodec.encode([UInt8(2)]))
        #expect(try PayloadCodec.encode(part: ["a", "b"][1...]) == PayloadCodec.encode(["b"]))
        #expect(try PayloadCodec.encode(part: [Double]()[...]) == PayloadCodec.encode([Double]()))
    }

    @Test func `a packed bundle is the payload that a bundle of that one value would be`() throws {
        func payload(_ set: (inout PayloadBundle) throws -> Void) throws -> [UInt8] {
            var bundle = PayloadBundle()
            try set(&bundle)
            return try PayloadCodec.encode(bundle)
        }
        let numbers = try PackedBundle("größe", part: [1.5, 2.5, 3.5][1...])
        #expect(try PayloadCodec.encode(numbers) == payload { try $0.set([2.5, 3.5], for: "größe") })
        let words = try PackedBundle("w", part: ["a", "b"][..<1])
        #expect(try PayloadCodec.encode(words) == payload { try $0.set(["a"], for: "w") })
        #expect(
            try PayloadCodec.encode(PackedBundle("r", payload: [3, 7]))
                == payload { $0.set([3, 7], for: "r") })
        var behind: [UInt8] = [9]
        try PayloadCodec.encode(words, into: &behind)
        #expect(try behind == [9] + PayloadCodec.encode(words))
        // Among other values, it is what a bundle is there.
        #expect(
            try JSONEncoder().encode([words])
                == JSONEncoder().encode([payload { try $0.set(["a"], for: "w") }.dropFirst()].map(Array.init))
        )
    }

    @Test func `a bundle is a value, and one of its values is read in place`() throws {
        var bundle = PayloadBundle()
        try bundle.set([1.5, 2.5], for: "numbers")
        try bundle.set("text", for: "word")
        let payload = try PayloadCodec.encode(bundle)
        #expect(payload == [PayloadCodec.bytes.rawValue] + bundle.encoded())
        #expect(try PayloadCodec.decode(PayloadBundle.self, from: payload) == bundle)
        let found = try payload.withUnsafeBytes {
            try PayloadBundle.value("numbers", of: $0, as: [Double].self)
        }
        #expect(found == [1.5, 2.5])
        let missing = #expect(throws: PayloadError.self) {
            try payload.withUnsafeBytes { try PayloadBundle.value("none", of: $0, as: Int.self) }
        }
        #expect(missing?.code == .missing && missing?.message.contains("numbers, word") == true)
        let text = try PayloadCodec.encode("text")
        let wrong = #expect(throws: PayloadError.self) {
            try text.withUnsafeBytes { try PayloadBundle.value("none", of: $0, as: Int.self) }
        }
        #expect(wrong?.code == .wrongType)
        let json = try JSONEncoder().encode(["b": bundle])
        #expect(try JSONDecoder().decode([String: PayloadBundle].self, from: json)["b"] == bundle)
    }

    @Test func `a list of numbers is read as an array, as NumPy makes one of it`() throws {
        func array(_ text: String) throws -> NumberArray {
            try PayloadCodec.decode(NumberArray.self, from: PayloadCodec.payload(json: text.utf8))
        }
        #expect(try array("[1, -2,3]") == NumberArray([1, -2, 3]))
        #expect(try array("[1, 2.0, 3e2]") == NumberArray([1, 2, 300] as [Double]))
        #expect(try array("[1.0]") == NumberArray([1.0]))
        #expect(try array("[9223372036854775807]").integers == [Int.max])
        #expect(try array(" [ ] ").extents == [0])
        let table = try array("[[1, 2], [3, 4], [5, 6.5]]")
        #expect(table.extents == [3, 2] && table.doubles == [1, 2, 3, 4, 5, 6.5])
        #expect(try array("[[], []]").extents == [2, 0])
        for wrong in [
            "[[1], [2, 3]]", "[1, [2]]", "[[1], 2]", "[\"x\"]", "[true]", "[null]", "3",
            "[9223372036854775808]",
            "[1, 2", "[1]]", "[[1], []]", "[[], [1]]",
        ] {
            let error = #expect(throws: PayloadError.self, "\(wrong)") { try array(wrong) }
            #expect(error?.code == .wrongType && error?.message.contains(wrong) == true, "\(wrong)")
        }
    }
}
