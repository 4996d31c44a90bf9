public import ParleyProtocol
public import ParleySessions
public import ParleySockets

/// Something that happens at a server.
///
/// Its texts may quote a peer; they are bounded and fit for a log (`Goodbye/text`).
public enum ServerEvent: Hashable, Sendable {
    /// Clients can connect.
    case listening(ServerAddresses)
    /// The world let a player in.
    case playerJoined(Player)
    /// A player has lost the connection, and may come back. The world gets no call.
    case playerDisconnected(Player)
    /// A player who was away is back, and is sent the notices that came meanwhile.
    case playerReconnected(Player)
    /// A player who was in has left.
    case playerLeft(Player, LeaveReason)
    /// A connection was not let in; the goodbye says why.
    case refused(SocketAddress, Goodbye)
    /// The recording has ended early. What was recorded before can be read.
    case recordingEnded(RecordingFailure)
}

extension ServerEvent {
    /// What happened to a session.
    init(_ event: SessionEvent) {
        self =
            switch event {
            case .listening(let addresses): .listening(addresses)
            case .joined(let player): .playerJoined(player)
            case .disconnected(let player): .playerDisconnected(player)
            case .reconnected(let player): .playerReconnected(player)
            case .left(let player, let reason): .playerLeft(player, reason)
            case .refused(let address, let goodbye): .refused(address, goodbye)
            }
    }
}

/// The reason why a server did not run.
public enum GameServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `run()` works once; make another server for another run.
    case alreadyRun
    /// The configuration does not make sense; the text says what.
    case invalidConfiguration(String)
    /// A socket of the server ended while it ran.
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
