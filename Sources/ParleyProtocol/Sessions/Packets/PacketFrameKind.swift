/// The first byte of a frame.
package enum PacketFrameKind: UInt8, Hashable, Sendable, CaseIterable {
    case padding = 0
    case ping = 1
    case pong = 2
    case challenge = 3
    case response = 4
    case acknowledgement = 5
    case command = 6
    case input = 7
    case snapshot = 8
    case worldSnapshot = 9

    /// Whether the frame is the last one and has all bytes that are left.
    package var isPayload: Bool { rawValue >= Self.command.rawValue }

    /// Whether the frame is a state of the world, which a newer one replaces.
    package var isSnapshot: Bool { self == .snapshot || self == .worldSnapshot }

    /// Whether an end sends such frames.
    package func isSent(by end: SessionEnd) -> Bool {
        switch self {
        case .ping, .command, .input: end == .client
        case .pong, .snapshot, .worldSnapshot: end == .server
        case .padding, .challenge, .response, .acknowledgement: true
        }
    }
}
