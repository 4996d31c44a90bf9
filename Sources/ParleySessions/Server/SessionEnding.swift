import ParleyDatagrams
package import ParleyProtocol
import ParleySockets

/// The end of a session: the reason for the world, and the goodbye for the player.
package struct SessionEnding: Hashable, Sendable {
    package let reason: LeaveReason
    /// Nil if there is no connection to send it over.
    package let goodbye: Goodbye?

    private init(_ reason: LeaveReason, _ goodbye: Goodbye? = nil) {
        self.reason = reason
        self.goodbye = goodbye
    }

    /// The reason has the goodbye's text, which is bounded and printable whatever was quoted in it.
    private init(_ code: GoodbyeCode, _ text: String, because reason: (String) -> LeaveReason) {
        let goodbye = Goodbye(code: code, text: text)
        self.init(reason(goodbye.text), goodbye)
    }

    package static let serverStopping = SessionEnding(
        .serverStopping, Goodbye(code: .serverStopping, text: "the server is shutting down"))

    package static let left = SessionEnding(.left)

    package static let connectionLost = SessionEnding(.connectionLost)

    /// The session continues on another connection.
    package static let replaced = SessionEnding(
        .connectionLost,
        Goodbye(code: .replaced, text: "the session continues on another connection"))

    package static let tooSlow = kicked("too slow to read what the server sends")

    /// A later login of the same account ends the session.
    package static let loggedInElsewhere = kicked("this account has logged in elsewhere")

    package static func idle(_ text: String) -> SessionEnding {
        SessionEnding(.idle, Goodbye(code: .idle, text: text))
    }

    package static func kicked(_ text: String) -> SessionEnding {
        SessionEnding(.kicked, text, because: LeaveReason.kicked)
    }

    package static func refused(_ text: String) -> SessionEnding {
        SessionEnding(.refused, text, because: LeaveReason.kicked)
    }

    package static func notResumed(_ text: String) -> SessionEnding {
        SessionEnding(.notResumed, text, because: LeaveReason.kicked)
    }

    package static func violation(_ text: String) -> SessionEnding {
        SessionEnding(.protocolViolation, text, because: LeaveReason.protocolViolation)
    }

    /// The end of a session whose connection ended by itself.
    init(of reason: CloseReason?) {
        self =
            switch reason {
            // A connection that is lost may be cut off anywhere.
            case .protocolViolation(.cutOff)?: .connectionLost
            case .protocolViolation(let error)?: .violation("\(error)")
            case .limitExceeded(.stalled)?: .tooSlow
            default: .connectionLost
            }
    }

    /// Whether the player may come back on another connection.
    package var allowsReturn: Bool {
        switch reason {
        case .connectionLost, .idle: true
        case .left, .kicked, .protocolViolation, .serverStopping: false
        }
    }
}
