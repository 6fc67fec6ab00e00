import FarmTransport
import Foundation

/// Parts of sealed submissions whose tasks call a function.
enum FunctionParts {
    /// Payload bytes and tasks after which a part is closed.
    static let partBytes = 192 << 10
    static let partTasks = 8192

    static func one<Function: TaskFunction>(
        _ function: Function.Type, _ input: Function.Input, _ options: TaskOptions
    ) throws(TaskClientError) -> [SubmissionPart] {
        try all(function, CollectionOfOne(input), options)
    }

    static func all<Function: TaskFunction>(
        _ function: Function.Type, _ inputs: some Collection<Function.Input>, _ options: TaskOptions
    ) throws(TaskClientError) -> [SubmissionPart] {
        let key = UniqueKey.random()
        let group = try options.group(function.name)
        let header = try options.header(isStreaming: false, surroundings: surroundings(function.name))
        let templates = options.templates(template(function))
        var parts: [SubmissionPart] = []
        var block = PayloadBlock()
        var index = 0
        func close(isLast: Bool) {
            var group = group
            group.count = UInt32(block.count)
            group.payloads = block
            let isFirst = parts.isEmpty
            parts.append(
                SubmissionPart(
                    key: key, part: 0, isLast: isLast,
                    header: isFirst ? header : nil, templates: isFirst ? templates : [], groups: [group]))
            block = PayloadBlock()
        }
        for input in inputs {
            if block.bytes.count >= partBytes || block.count >= partTasks { close(isLast: false) }
            try append(input, to: &block, index: index)
            index += 1
        }
        close(isLast: true)
        return parts
    }

    /// What works in a namespace finds modules where the submitter is; Swift functions have no directory.
    static func surroundings(_ name: String) -> Surroundings? {
        name.hasPrefix("namespace.") ? .directoryOnly : nil
    }

    static func template<Function: TaskFunction>(_ function: Function.Type) -> TaskTemplate {
        TaskTemplate(.function(function.name, with: nil))
    }

    /// Adds an input: about 20 ns for the kinds with a codec of their own.
    static func append<Input: Encodable>(
        _ input: Input, to block: inout PayloadBlock, index: Int
    ) throws(TaskClientError) {
        do throws(PayloadError) {
            try PayloadCodec.encode(input, into: &block.bytes)
        } catch {
            throw TaskClientError(.badInput, "input \(index): \(error)")
        }
        guard let end = UInt32(exactly: block.bytes.count) else {
            throw TaskClientError(
                .overLimit, "input \(index) has over 4 GiB; write it to a file and pass its path")
        }
        block.ends.append(end)
    }
}

extension TaskTemplate {
    /// Text of a template that stands for `text` itself, whatever is in it.
    static func literal(_ text: String) -> String {
        text.contains("${{") ? text.replacingOccurrences(of: "${{", with: "${{ '${{' }}") : text
    }
}
