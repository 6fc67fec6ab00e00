/// Why a template cannot be read, compiled, or turned into a task.
public struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Hashable, Sendable {
        private enum Kind: Hashable, Sendable {
            case unknownName, badExpression, unsafePlace, badValue, badBody, tooMany
        }

        private let kind: Kind

        /// `${{ x }}` where nothing is called `x`.
        public static let unknownName = Code(kind: .unknownName)
        /// `${{ … }}` that cannot be read.
        public static let badExpression = Code(kind: .badExpression)
        /// `${{ x }}` at a place of a shell line where no quoting would be safe.
        public static let unsafePlace = Code(kind: .unsafePlace)
        /// A value that cannot stand where it is wanted.
        public static let badValue = Code(kind: .badValue)
        /// A template body, surroundings or payload that does not decode.
        public static let badBody = Code(kind: .badBody)
        /// More points than an array may have.
        public static let tooMany = Code(kind: .tooMany)
    }

    /// What kind of fault it is.
    public var code: Code
    /// What is wrong and what to do.
    public var message: String
    /// The field of the template, by its key: `run`, `run[2]`, `env.HOME`, `sweep`; empty if none in
    /// particular.
    public var field: String
    /// UTF-8 bytes of the field's text before the fault.
    public var offset: Int
    /// Which `${{` of the field's text it is about, from 0; nil if none.
    public var expression: Int?

    /// A fault, by default of the template as a whole.
    public init(_ code: Code, _ message: String, field: String = "", offset: Int = 0, expression: Int? = nil)
    {
        self.code = code
        self.message = message
        self.field = field
        self.offset = offset
        self.expression = expression
    }

    /// The message, behind the field it is about.
    public var description: String { field.isEmpty ? message : "\(field): \(message)" }
}
