import FarmFunctions
import Foundation

/// One registered function with its types hidden: bytes in, bytes out.
struct FunctionRunner: Sendable {
    /// How a call ended, as far as the function and its payloads are concerned.
    enum End: Sendable {
        /// It returned, and its value was appended.
        case returned
        /// Its payload is not what it takes; it was not called.
        case badInput(String)
        /// It returned something that cannot be written.
        case badOutput(String)
        /// It cannot run on this engine.
        case notHere(String)
        /// It threw.
        case threw(message: String, name: String)
    }

    let name: String
    /// As the function says; empty for that of its executable.
    let version: String
    /// Appends the value's payload (codec byte and bytes; nothing at all for no value) to the array.
    let call: @Sendable (_ input: CallInput, _ context: TaskContext, _ value: inout [UInt8]) async -> End

    init<Function: TaskFunction>(_ type: Function.Type) {
        name = Function.name
        version = Function.version
        call = { given, context, value in
            let input: Function.Input
            do throws(PayloadError) { input = try given.decode(Function.Input.self) } catch {
                return .badInput("the input of `\(Function.name)` does not fit: \(error.message)")
            }
            let output: Function.Output
            do { output = try await Function().run(input, context) } catch let error as NotHere {
                return .notHere(error.reason)
            } catch {
                return .threw(message: Self.text(of: error), name: "\(Swift.type(of: error))")
            }
            if Function.Output.self == Nothing.self { return .returned }
            do throws(PayloadError) { try PayloadCodec.encode(output, into: &value) } catch {
                return .badOutput("`\(Function.name)` returned what cannot be sent: \(error.message)")
            }
            return .returned
        }
    }

    /// What the error says of itself; Foundation's errors say it in another place.
    private static func text(of error: any Error) -> String {
        if let described = (error as? any LocalizedError)?.errorDescription { return described }
        return "\(error)"
    }
}
