import FarmFunctions
import FarmTemplate
import FarmTransport
import Foundation

/// What the namespace's functions are given, made into requests.
extension KernelJob {
    /// An attempt with what its template says of it.
    /// - Throws: `KernelError`: the template and the task's payload do not go together.
    func read() throws(KernelError) -> KernelJob {
        guard case .template = wish, case .attempt(let work) = asker else { return self }
        switch work.group.kind {
        case .namespace(let call, nil):
            return KernelJob(asker: asker, wish: .call(call, try CallInput.of(work, call)))
        case .namespace(let call, let template?):
            guard case .function(_, let input) = try Self.render(work, template) else { return self }
            return KernelJob(asker: asker, wish: .call(call, .rendered(input)))
        case .python(let template):
            guard case .python(let task) = try Self.render(work, template) else { return self }
            return KernelJob(asker: asker, wish: .task(try KernelRequest(task, work)))
        case .call, .renderedCall, .command, .broken: return self
        }
    }

    private static func render(
        _ work: AttemptWork, _ template: CompiledTemplate
    ) throws(KernelError) -> RenderedTask.Body {
        do throws(TemplateError) { return try work.render(template).body } catch {
            throw KernelError("BadInput", error.description, cause: .notStarted)
        }
    }

    /// The request for this job.
    /// - Throws: `KernelError`: its input is not what it takes.
    func request(prompt: Int?) throws(KernelError) -> KernelRequest {
        switch wish {
        case .task(let request): return request
        case .template:
            throw KernelError("BadRequest", "a template was not read; this is a fault of the engine")
        case .set(let name, let payload):
            var request = KernelRequest(.push)
            var bundle = PayloadBundle()
            bundle.set(payload, for: name)
            request.set(bundle)
            return request
        case .get(let name): return Self.pull([name])
        case .keys, .call(.keys, _): return KernelRequest(.keys)
        case .remove(let name):
            var request = KernelRequest(.remove)
            request.set(name, for: "name")
            return request
        case .call(let call, let input):
            var request = try Self.request(call, input, prompt: prompt)
            if case .attempt(let work) = asker { request.set(work.group.submitDirectory, for: "dir") }
            return request
        }
    }

    private static func request(
        _ call: NamespaceCall, _ input: CallInput, prompt: Int?
    ) throws(KernelError) -> KernelRequest {
        switch call {
        case .execute:
            struct Code: Decodable {
                var code: String
                var file: String?
            }
            let code = try input.value(Code.self, of: call)
            var request = KernelRequest(.execute)
            request.set(code.code, for: "code")
            // A file is run as a script; what is typed is a prompt.
            request.set(code.file, for: "path")
            if code.file == nil { request.set("<prompt \(prompt ?? 0)>", for: "file") }
            return request
        case .push, .apply:
            var request = KernelRequest(call == .push ? .push : .apply)
            (request.body, request.range) = try input.bundle(of: call)
            return request
        case .pull: return pull(try input.value([String].self, of: call))
        case .keys: return KernelRequest(.keys)
        case .reset: return KernelRequest(.reset)
        case .result, .restart:
            throw KernelError(
                "BadRequest", "\(call.rawValue) is nothing for Python; this is a fault of the engine")
        }
    }

    private static func pull(_ names: [String]) -> KernelRequest {
        var request = KernelRequest(.pull)
        request.fields.set(PayloadCodec.strings(names), for: "names")
        return request
    }
}

extension CallInput {
    /// Where its bytes are: codec, then value.
    fileprivate var place: (bytes: [UInt8], range: Range<Int>) {
        switch self {
        case .rendered(let bytes): (bytes, 0..<bytes.count)
        case .dispatched(let work): (work.batch.bytes, work.item.payload)
        }
    }

    /// The prompt that is asked for; nil for the last.
    func prompt() throws(KernelError) -> Int? {
        try value(Int?.self, of: .result)
    }

    func value<Value: Decodable>(_ type: Value.Type, of call: NamespaceCall) throws(KernelError) -> Value {
        do throws(PayloadError) { return try decode(type) } catch {
            throw Self.misfit("the input of `\(call.rawValue)`", error)
        }
    }

    /// The bundle in it, checked, where it is.
    func bundle(of call: NamespaceCall) throws(KernelError) -> (bytes: [UInt8], range: Range<Int>) {
        try bundle(called: "the input of `\(call.rawValue)`")
    }

    func bundle(called what: String) throws(KernelError) -> (bytes: [UInt8], range: Range<Int>) {
        let (bytes, range) = place
        let isBundle = range.count > 1 && [1, 12].contains(bytes[range.lowerBound])
        guard isBundle else {
            throw Self.misfit(what, "expected a bundle of values in a payload of codec 1")
        }
        let values = range.dropFirst()
        let result = bytes.withUnsafeBytes { bytes -> Result<Void, PayloadError> in
            do throws(PayloadError) {
                let body = UnsafeRawBufferPointer(rebasing: bytes[values])
                for (name, place) in try PayloadBundle.parts(of: body) {
                    try PayloadCodec.check(UnsafeRawBufferPointer(rebasing: body[place]), of: name)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        do { try result.get() } catch { throw Self.misfit(what, error) }
        return (bytes, values)
    }

    private static func misfit(_ input: String, _ what: some CustomStringConvertible) -> KernelError {
        KernelError("BadInput", "\(input) does not fit: \(what)", cause: .notStarted)
    }
}
