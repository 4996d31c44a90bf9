import ParleySockets

/// Where a realm's servers say what an operator acts on.
///
/// Texts are the library's own sentences, the same for the same event; what differs is in the details. Neither has
/// a secret: no password, token, ticket, proof or key, and nothing that a player has written. A server says each kind of
/// thing once a second at the most, with a count, however often it happens: a peer cannot fill a disk.
///
/// The functions are called on a server's own tasks, so they return at once.
public protocol ServerLog: Sendable {
    /// Something that is as it should be: a zone is ready, an operator has given a command.
    func notice(_ text: String, _ details: ServerLogDetails)
    /// Something that the realm deals with by itself, and that should not happen often.
    func warning(_ text: String, _ details: ServerLogDetails)
    /// Something that does not go away by itself.
    func error(_ text: String, _ details: ServerLogDetails)
}

/// What belongs to a line of a log, by short names such as "zone".
public typealias ServerLogDetails = [(name: String, value: String)]

/// A log that keeps nothing: the default.
public struct NoLog: ServerLog {
    /// The log.
    public init() {}

    /// Does nothing.
    public func notice(_ text: String, _ details: ServerLogDetails) {}
    /// Does nothing.
    public func warning(_ text: String, _ details: ServerLogDetails) {}
    /// Does nothing.
    public func error(_ text: String, _ details: ServerLogDetails) {}
}

/// What a server says, before it is said.
struct ServerLogLine: Sendable {
    enum Level: Hashable, Sendable {
        case notice, warning, error
    }

    var level: Level
    var text: String
    var details: ServerLogDetails = []

    /// Says it.
    func write(to log: any ServerLog) {
        switch level {
        case .notice: log.notice(text, details)
        case .warning: log.warning(text, details)
        case .error: log.error(text, details)
        }
    }
}

/// Numbers that only rise, and what is said when they do.
struct RisingCounts: Sendable {
    private var last: [String: UInt64] = [:]

    /// Lines for the counts that have risen since the last look, with by how much.
    mutating func lines(
        for counts: [(level: ServerLogLine.Level, text: String, count: UInt64)],
        _ details: ServerLogDetails
    ) -> [ServerLogLine] {
        var lines: [ServerLogLine] = []
        for (level, text, count) in counts {
            let before = last.updateValue(count, forKey: text) ?? 0
            guard count > before else { continue }
            lines.append(
                ServerLogLine(
                    level: level, text: text,
                    details: details + [("times", "\(count - before)")]))
        }
        return lines
    }
}

extension Network {
    /// Calls a function each second until the task is cancelled, and at the end.
    func eachSecond(_ look: () -> Void) async throws {
        defer { look() }
        while true {
            try Task.checkCancellation()
            look()
            try await clock.sleep(until: clock.now.advanced(by: .seconds(1)), tolerance: nil)
        }
    }
}
