/// How a session ends: what the world is told, and what the player is.
struct SessionEnding: Hashable, Sendable {
    let reason: LeaveReason
    /// Nil when nobody is there to read it.
    let goodbye: Goodbye?

    static let serverStopping = SessionEnding(
        reason: .serverStopping,
        goodbye: Goodbye(code: .serverStopping, text: "the server is shutting down"))

    static let left = SessionEnding(reason: .left, goodbye: nil)

    static let connectionLost = SessionEnding(reason: .connectionLost, goodbye: nil)

    /// Another connection goes on with the session.
    static let replaced = SessionEnding(
        reason: .connectionLost,
        goodbye: Goodbye(code: .replaced, text: "the session goes on on another connection"))

    static let tooSlow = kicked("too slow to read what the server sends")

    static func idle(_ text: String) -> SessionEnding {
        SessionEnding(reason: .idle, goodbye: Goodbye(code: .idle, text: text))
    }

    static func kicked(_ text: String) -> SessionEnding {
        SessionEnding(reason: .kicked(text), goodbye: Goodbye(code: .kicked, text: text))
    }

    static func refused(_ text: String) -> SessionEnding {
        SessionEnding(reason: .kicked(text), goodbye: Goodbye(code: .refused, text: text))
    }

    static func notResumed(_ text: String) -> SessionEnding {
        SessionEnding(reason: .kicked(text), goodbye: Goodbye(code: .notResumed, text: text))
    }

    static func violation(_ text: String) -> SessionEnding {
        SessionEnding(
            reason: .protocolViolation(text),
            goodbye: Goodbye(code: .protocolViolation, text: text))
    }

    /// Whether the player did not mean it, and may come back.
    var allowsReturn: Bool {
        switch reason {
        case .connectionLost, .idle: true
        case .left, .kicked, .protocolViolation, .serverStopping: false
        }
    }
}
