/// A program or one of its subcommands: options, help and action.
///
/// ```swift
/// let echo = Command("echo", "Sends every datagram back.", options: [port]) { arguments in
///     try await serve(port: arguments[port])
/// }
/// await echo.main()
/// ```
package struct Command: Sendable {
    package typealias Action = @Sendable (Arguments) async throws -> Void

    let name: String
    let summary: String
    let details: String
    let operand: String?
    let options: [OptionDescription]
    let subcommands: [Command]
    let action: Action?

    /// - Parameters:
    ///   - name: The word on the command line.
    ///   - summary: One sentence for the list of commands.
    ///   - details: More text for the command's own help.
    ///   - operand: The name of the one word that the command needs besides the options, such as "FILE", or the
    ///     names of several; nil for none.
    ///   - options: The options of this command (not of its subcommands).
    ///   - subcommands: Commands that the first word chooses.
    ///   - action: The action. Without one the command line must name a subcommand.
    package init(
        _ name: String, _ summary: String, details: String = "", operand: String? = nil,
        options: [any CommandOption] = [], subcommands: [Command] = [], action: Action? = nil
    ) {
        self.name = name
        self.summary = summary
        self.details = details
        self.operand = operand
        self.options = options.map(\.description)
        self.subcommands = subcommands
        self.action = action
    }

    /// The meaning of a command line.
    package enum Request: Sendable {
        case help(String)
        case run(Action, Arguments)
    }

    /// Reads the words after the program's name. "help play" is the same as "play --help".
    ///
    /// - Throws: `UsageError` for an unknown option or command, and for a wrong value.
    package func parse(_ words: [String]) throws(UsageError) -> Request {
        try parse(words[...], path: name)
    }

    private func parse(_ words: ArraySlice<String>, path: String) throws(UsageError) -> Request {
        if words.first == "help", !subcommands.isEmpty {
            return try parse(words.dropFirst() + ["--help"], path: path)
        }
        if let word = words.first, !word.hasPrefix("-"), !subcommands.isEmpty {
            guard let command = subcommands.first(where: { $0.name == word }) else {
                throw .unknown("command", word, known: subcommands.map(\.name))
            }
            return try command.parse(words.dropFirst(), path: path + " " + word)
        }
        if words.contains("--help") || words.contains("-h") { return .help(help(path: path)) }
        let arguments = try Arguments(words, options: options, operand: operand)
        guard let action else {
            let names = subcommands.map(\.name).joined(separator: ", ")
            throw UsageError("\(path) needs a command: \(names)")
        }
        return .run(action, arguments)
    }

    private func help(path: String) -> String {
        var text = summary + "\n"
        if !details.isEmpty { text += "\n" + details + "\n" }
        text += "\nUsage: \(path)\(subcommands.isEmpty ? "" : " [COMMAND]")"
        text += "\(operand.map { " " + $0 } ?? "") [OPTIONS]\n"
        if !subcommands.isEmpty {
            text += "\nCommands:\n" + Self.table(subcommands.map { ($0.name, $0.summary) })
            text += "  (\(path) COMMAND --help says more about one)\n"
        }
        let rows = options.map { ($0.usage, $0.help) } + [("--help", "show this help")]
        return text + "\nOptions:\n" + Self.table(rows)
    }

    private static func table(_ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { left, right in
            "  " + left + String(repeating: " ", count: width - left.count + 2) + right + "\n"
        }.joined()
    }
}
