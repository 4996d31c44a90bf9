/// An option of a command line: name, meaning and default value.
///
/// ```swift
/// let port = Option<UInt16>("port", "N", "the port to listen at", default: 9099)
/// let verbose = Option.flag("verbose", "say more")
/// ```
package struct Option<Value: Sendable>: CommandOption {
    package let description: OptionDescription
    let defaultValue: Value
    let parse: @Sendable (String) -> Value?

    /// An option with a value that is read from text: a number, a string, or the caller's own type.
    ///
    /// `expects` describes a value, for the message about a wrong one.
    package init(
        _ name: String, _ placeholder: String, _ help: String, default value: Value,
        expects: String? = nil
    ) where Value: LosslessStringConvertible {
        let note = "\(value)".isEmpty ? "" : " (default \(value))"
        self.init(name, placeholder, help + note, default: value, expects: expects) { Value($0) }
    }

    /// An option without a default value.
    package init<Given: LosslessStringConvertible & Sendable>(
        _ name: String, _ placeholder: String, _ help: String, expects: String? = nil
    ) where Value == Given? {
        self.init(name, placeholder, help, default: nil, expects: expects) { text in
            Given(text).map(Swift::Optional.some)
        }
    }

    /// A number within a range. Help and error messages tell the range.
    package init(
        _ name: String, _ placeholder: String, _ help: String, default value: Value,
        in range: ClosedRange<Value>
    ) where Value: LosslessStringConvertible & Comparable {
        self.init(
            name, placeholder, "\(help) (default \(value))", default: value,
            expects: "a number from \(range.lowerBound) to \(range.upperBound)"
        ) { text in Value(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    init(
        _ name: String, _ placeholder: String?, _ help: String, default value: Value,
        expects: String?, parse: @escaping @Sendable (String) -> Value?
    ) {
        description = OptionDescription(
            name: name, placeholder: placeholder, help: help,
            expects: expects
                ?? (Value.self is any FixedWidthInteger.Type ? "a number" : placeholder ?? ""),
            accepts: { parse($0) != nil })
        defaultValue = value
        self.parse = parse
    }
}

extension Option<Bool> {
    /// An option without a value: true when it is given.
    package static func flag(_ name: String, _ help: String) -> Option {
        Option(name, nil, help, default: false, expects: nil) { _ in true }
    }
}

/// An option for the parser and the help, without the type of its value.
package struct OptionDescription: Sendable {
    let name: String
    /// The placeholder of the value in the help; nil for a flag.
    let placeholder: String?
    let help: String
    let expects: String
    let accepts: @Sendable (String) -> Bool

    var usage: String { "--" + name + (placeholder.map { " " + $0 } ?? "") }
}

/// An element of a command's list of options.
package protocol CommandOption: Sendable {
    var description: OptionDescription { get }
}
