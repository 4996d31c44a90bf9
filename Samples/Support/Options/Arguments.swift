/// The values of a command line, by option.
package struct Arguments: Sendable {
    private let texts: [String: String]

    /// The word besides the options, for a command that takes one; otherwise empty.
    package let operand: String

    /// All words besides the options, as many as the command takes.
    package let operands: [String]

    /// The value of an option, or its default.
    package subscript<Value>(_ option: Option<Value>) -> Value {
        texts[option.description.name].flatMap(option.parse) ?? option.defaultValue
    }

    /// Whether an option is on the command line.
    package func isGiven<Value>(_ option: Option<Value>) -> Bool {
        texts[option.description.name] != nil
    }

    /// Reads the words after a command's name.
    ///
    /// An option is `--port 9099` or `--port=9099`.
    init(
        _ words: some Sequence<String>, options: [OptionDescription], operand name: String? = nil
    ) throws(UsageError) {
        var texts: [String: String] = [:]
        let names = name?.split(separator: " ").map(String.init) ?? []
        var operands: [String] = []
        var words = words.makeIterator()
        while let word = words.next() {
            if let last = names.last, !word.hasPrefix("--") {
                guard operands.count < names.count else {
                    throw UsageError("only one \(last) can be given, not “\(word)” as well")
                }
                operands.append(word)
                continue
            }
            let (name, attached) = try Self.split(word)
            guard let option = options.first(where: { $0.name == name }) else {
                throw .unknown(
                    "option", "--" + name, known: (options.map(\.name) + ["help"]).map { "--" + $0 }
                )
            }
            guard texts[name] == nil else { throw UsageError("--\(name) is given twice") }
            texts[name] = try option.value(attached: attached, among: options) { words.next() }
        }
        if operands.count < names.count {
            throw UsageError("a \(names[operands.count]) has to be given")
        }
        operand = operands.first ?? ""
        self.operands = operands
        self.texts = texts
    }

    private static func split(_ word: String) throws(UsageError) -> (String, attached: String?) {
        guard word.hasPrefix("--"), word.count > 2 else {
            throw UsageError("“\(word)” is not an option: they begin with --")
        }
        let parts = word.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
    }
}

extension OptionDescription {
    fileprivate func value(
        attached: String?, among options: [OptionDescription], next: () -> String?
    ) throws(UsageError) -> String {
        guard placeholder != nil else {
            guard attached == nil else { throw UsageError("--\(name) takes no value") }
            return ""
        }
        guard let text = attached ?? next() else {
            throw UsageError("--\(name) needs a value: \(expects)")
        }
        guard accepts(text) else {
            throw UsageError(
                "--\(name) needs \(expects), not “\(text)”" + hint(about: text, among: options))
        }
        return text
    }

    /// Names the option that such a value is for: an invite and an address are easily mixed up.
    private func hint(about text: String, among options: [OptionDescription]) -> String {
        let isInvite = text.lowercased().hasPrefix("parley:")
        let better = isInvite ? "invite" : "to"
        guard name != better, isInvite || name == "invite",
            options.contains(where: { $0.name == better && $0.accepts(text) })
        else { return "" }
        return isInvite
            ? "; an invite is given as --invite" : "; an address without a key is given as --to"
    }
}
