import FarmBatch
import FarmTemplate
import Foundation

/// As much of JSON Schema 2020-12 as docs/batch-file.schema.json uses.
struct JSONSchema {
    /// The schema cannot be used: a keyword or a reference that is not known.
    struct BadSchema: Error { var message: String }

    let root: JSONValue

    init(_ bytes: [UInt8]) throws {
        // JSON is YAML.
        root = try BatchReader.value(of: bytes)
    }

    /// The schema at a pointer, as `/$defs/task`.
    func at(_ pointer: String) throws -> JSONValue {
        try pointer.split(separator: "/").reduce(root) { schema, key in
            guard let next = schema[String(key)] else { throw BadSchema(message: "nothing at \(pointer)") }
            return next
        }
    }

    /// What is wrong with a value, a path each; empty if nothing is.
    func faults(of value: JSONValue, at pointer: String = "") throws -> [String] {
        try faults(value, try at(pointer), "")
    }

    private func faults(_ value: JSONValue, _ schema: JSONValue, _ path: String) throws -> [String] {
        switch schema {
        case .bool(true): return []
        case .bool(false): return ["\(path): must not be here"]
        case .object(let members):
            return try members.flatMap { try faults(value, $0.key, $0.value, schema, path) }
        default: throw BadSchema(message: "\(schema.text) is no schema")
        }
    }

    private func faults(
        _ value: JSONValue, _ keyword: String, _ wanted: JSONValue, _ schema: JSONValue, _ path: String
    ) throws -> [String] {
        func holds(_ schema: JSONValue) throws -> Bool { try faults(value, schema, path).isEmpty }
        func said(_ isGood: Bool) -> [String] { isGood ? [] : ["\(path): \(keyword) \(wanted.text)"] }
        switch keyword {
        case "$schema", "$defs", "title", "description", "then", "else": return []
        case "$ref": return try faults(value, try at(String((wanted.stringValue ?? "").dropFirst())), path)
        case "anyOf": return said(try items(wanted).contains(where: holds))
        case "oneOf": return said(try items(wanted).filter(holds).count == 1)
        case "not": return said(try !holds(wanted))
        case "if":
            guard let branch = schema[try holds(wanted) ? "then" : "else"] else { return [] }
            return try faults(value, branch, path)
        case "type":
            let types = wanted.stringValue.map { [$0] } ?? items(wanted).compactMap(\.stringValue)
            return said(types.contains { isOf($0, value) })
        case "const": return said(isEqual(value, wanted))
        case "enum": return said(items(wanted).contains { isEqual(value, $0) })
        case "pattern", "minLength", "maxLength":
            guard case .string(let text) = value else { return [] }
            let count = Double(text.unicodeScalars.count)
            switch keyword {
            case "minLength": return said(count >= number(wanted))
            case "maxLength": return said(count <= number(wanted))
            default: return said(try text.contains(Regex(wanted.stringValue ?? "(")))
            }
        case "minimum", "maximum", "exclusiveMinimum":
            guard case .number = value else { return [] }
            switch keyword {
            case "minimum": return said(number(value) >= number(wanted))
            case "maximum": return said(number(value) <= number(wanted))
            default: return said(number(value) > number(wanted))
            }
        case "items", "minItems", "maxItems":
            guard case .array(let values) = value else { return [] }
            if keyword == "minItems" { return said(Double(values.count) >= number(wanted)) }
            if keyword == "maxItems" { return said(Double(values.count) <= number(wanted)) }
            return try values.enumerated().flatMap { try faults($1, wanted, "\(path)/\($0)") }
        case "properties", "additionalProperties", "propertyNames", "required", "minProperties",
            "maxProperties", "dependentRequired":
            guard case .object(let members) = value else { return [] }
            return try faults(members, keyword, wanted, schema, path)
        default: throw BadSchema(message: "the keyword \(keyword) at \(path) is not known")
        }
    }

    private func faults(
        _ value: [JSONMember], _ keyword: String, _ wanted: JSONValue, _ schema: JSONValue, _ path: String
    ) throws -> [String] {
        let keys = Set(value.map(\.key))
        func missing(_ required: JSONValue) -> [String] {
            items(required).compactMap(\.stringValue).filter { !keys.contains($0) }
                .map { "\(path): needs \($0)" }
        }
        switch keyword {
        case "required": return missing(wanted)
        case "dependentRequired":
            return members(wanted).flatMap { keys.contains($0.key) ? missing($0.value) : [] }
        case "minProperties": return Double(value.count) >= number(wanted) ? [] : ["\(path): is empty"]
        case "maxProperties": return Double(value.count) <= number(wanted) ? [] : ["\(path): has too much"]
        case "propertyNames":
            return try value.flatMap { try faults(.string($0.key), wanted, "\(path)/\($0.key)") }
        case "properties":
            return try value.flatMap { member in
                try wanted[member.key].map { try faults(member.value, $0, "\(path)/\(member.key)") } ?? []
            }
        default:
            return try value.filter { schema["properties"]?[$0.key] == nil }.flatMap {
                try faults($0.value, wanted, "\(path)/\($0.key)")
            }
        }
    }

    private func items(_ value: JSONValue) -> [JSONValue] {
        if case .array(let items) = value { items } else { [] }
    }

    private func members(_ value: JSONValue) -> [JSONMember] {
        if case .object(let members) = value { members } else { [] }
    }

    private func number(_ value: JSONValue) -> Double { Double(value.text) ?? .nan }

    private func isEqual(_ a: JSONValue, _ b: JSONValue) -> Bool {
        if case .number = a, case .number = b { number(a) == number(b) } else { a == b }
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch (type, value) {
        case ("string", .string), ("number", .number), ("boolean", .bool), ("array", .array),
            ("object", .object), ("null", .null):
            true
        case ("integer", .number): number(value).rounded() == number(value)
        default: false
        }
    }
}
