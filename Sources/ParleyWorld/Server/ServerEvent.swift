public import ParleySockets

/// Where a server can be reached.
public struct ServerAddresses: Hashable, Sendable {
    /// Where clients connect.
    public let tcp: SocketAddress

    /// Where their datagrams go.
    public let udp: SocketAddress

    /// These two addresses.
    public init(tcp: SocketAddress, udp: SocketAddress) {
        self.tcp = tcp
        self.udp = udp
    }
}

/// What happens at a server.
public enum ServerEvent: Hashable, Sendable {
    /// Clients can connect.
    case listening(ServerAddresses)
    /// The world let a player in.
    case playerJoined(Player)
    /// A player has lost the connection, and may come back: the world knows nothing of it.
    case playerDisconnected(Player)
    /// A player who was away is back, with all that was said meanwhile.
    case playerReconnected(Player)
    /// A player who was in is gone.
    case playerLeft(Player, LeaveReason)
    /// Somebody was not let in; the goodbye says why.
    case refused(SocketAddress, Goodbye)
    /// Ticks are recorded no longer, though they should be; what was recorded before can be read.
    case recordingEnded(RecordingFailure)
}

/// Why a server did not run.
public enum GameServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `run()` works once; make another server for another run.
    case alreadyRun
    /// The configuration does not make sense; the text says what.
    case invalidConfiguration(String)
    /// A socket that the server listened on ended under it.
    case socketEnded(String)
    /// The server ended before it was ready.
    case ended

    /// The reason in words.
    public var description: String {
        switch self {
        case .alreadyRun: "a game server runs once"
        case .invalidConfiguration(let text): "invalid configuration: \(text)"
        case .socketEnded(let what): "the \(what) ended"
        case .ended: "the server has ended"
        }
    }
}
