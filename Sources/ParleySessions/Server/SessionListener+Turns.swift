package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets
import Synchronization

/// All that the sessions bring to one tick of the world.
package struct SessionTurn: Sendable {
    /// Requests as bytes: by player in the order of joining, each player's in their order.
    package var requests: [SessionRequest] = []
    /// The players who have left since the last turn.
    package var leaves: [Departure] = []
    /// The players about whom the world is to be asked.
    package var joins: [SessionJoin] = []
}

/// A player about whom the world is to be asked, and what is known of the player.
package struct SessionJoin: Sendable {
    /// The player, with the number and the name that the session has.
    package let player: Player
    /// The game's own value of the hello, not decoded.
    package let payload: Datagram
    /// Whom the authenticator knows the player as; nil for a guest.
    package let account: Account?
    /// Where the connection comes from.
    package let address: SocketAddress
    /// Whether the session is encrypted.
    package let isEncrypted: Bool
}

/// A request as it came, and its player.
package struct SessionRequest: Sendable {
    /// The player who sent it.
    package let player: PlayerID
    /// The request, not decoded.
    package let payload: Datagram
}

/// What a game answers to the sessions after a tick.
package enum SessionAction: Sendable {
    /// The world let a player in.
    case welcome(PlayerID)
    /// The world refused a player.
    case refuse(PlayerID, JoinRefusal)
    /// A message for players (``ServerMessage/notice(encoding:)``).
    case post(Datagram, to: Recipients)
    /// A player's session ends.
    case end(PlayerID, SessionEnding)
}

/// The exchange with the game, once a tick.
extension SessionListener {
    /// All that came since the last turn, in an order that no dictionary decides. Datagrams that have
    /// arrived are received first.
    ///
    /// Each player in ``SessionTurn/joins`` has to be answered by ``perform(_:)``.
    package func takeTurn() -> SessionTurn {
        drainSocket()
        let turn = SessionTurn(
            requests: takeRequests(), leaves: leaving, joins: joining)
        joining = []
        leaving = []
        for join in turn.joins { entering[join.player.id] = .some(nil) }
        return turn
    }

    /// The players who left after the last turn, once the listener has ended.
    package func takeLeaves() -> [Departure] {
        defer { leaving = [] }
        return leaving
    }

    /// Does what the game answers, in order.
    package func perform(_ actions: [SessionAction]) {
        for action in actions {
            switch action {
            case .welcome(let id): welcome(id)
            case .refuse(let id, let refusal): refuse(id, because: refusal.description)
            case .post(let message, .player(let id)): post(message, to: id)
            case .post(let message, let recipients):
                for id in players where recipients.include(id) { post(message, to: id) }
            case .end(let id, let ending): end(id, ending)
            }
        }
    }

    private func takeRequests() -> [SessionRequest] {
        guard hasRequests else { return [] }
        hasRequests = false
        var requests: [SessionRequest] = []
        for id in players {
            guard let session = sessions[id], session.isPlaying else { continue }
            for payload in session.requests.takeAll() {
                requests.append(SessionRequest(player: id, payload: payload))
            }
        }
        return requests
    }

    /// All players with a seat, in the order of joining.
    private var players: [PlayerID] { reception.withLock { $0.table.order } }

    private func post(_ message: Datagram, to id: PlayerID) {
        guard sessions[id]?.isPlaying == true else { return }
        counters.notices += 1
        if let link = sessions[id]?.link {
            sessions[id]?.sent.append(message)
            link.post(message)
        } else if sessions[id]?.sent.queue(message) == false {
            // A client that came back could not be sent all that it missed.
            removeDisconnected(of: id)
        }
    }
}
