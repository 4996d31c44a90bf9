import ParleyDatagrams
import ParleySockets
import Synchronization

/// What a client keeps to lose nothing over TCP when it has to connect again.
extension ClientLink {
    /// What became of a request.
    enum Posting {
        /// It is on its way, or waits for the next connection.
        case done
        /// The connection takes no more for now.
        case full(Connection)
        /// No more can wait for the next connection than do.
        case waits(Promise<Void>)
        case failed(SendError)
        case notJoined
    }

    /// Says something over TCP: at once, or on the next connection.
    ///
    /// The lock is held over both the counting and the queueing, so that both are in one order.
    ///
    /// - Parameter canWait: Whether there will be another connection.
    func post(_ message: Datagram, canWait: Bool) -> Posting {
        state.withLock { state in
            guard let session = state.session else { return .notJoined }
            if state.lostSince == nil {
                do throws(SendError) {
                    try session.connection.offer(message)
                    state.requests.append(message)
                    return .done
                } catch {
                    switch error {
                    case .queueFull: return .full(session.connection)
                    // The reader has not noticed yet.
                    case .closed where canWait: break
                    default: return .failed(error)
                    }
                }
            }
            return state.requests.hold(message) ? .done : .waits(state.next)
        }
    }

    /// A notice has reached the player.
    func countNotice() {
        state.withLock { $0.notices += 1 }
    }

    /// After this time without a word the server counts as silent; a live one is asked twice in it.
    private static let silenceLimit = Duration.seconds(1)

    func connectionState(at now: NetworkInstant) -> ClientConnectionState {
        state.withLock { state in
            if state.hasEnded { return .ended }
            guard state.session != nil else { return .joining }
            if let lost = state.lostSince { return .reconnecting(since: lost) }
            let isSilent = state.lastHeard.duration(to: now) >= Self.silenceLimit
            return isSilent ? .silent(since: state.lastHeard) : .playing
        }
    }

    /// Whether there is a session, and no connection.
    var isLost: Bool { state.withLock { $0.session != nil && $0.lostSince != nil } }

    /// The connection is lost.
    func lose(at now: NetworkInstant) {
        state.withLock { $0.lostSince = $0.lostSince ?? now }
    }

    /// What ends the next connection from this side.
    func beginConnection() -> Promise<GameClientError> {
        state.withLock { state in
            state.interruption = Promise()
            return state.interruption
        }
    }

    /// Ends the connection from this side.
    func interrupt(_ error: GameClientError) {
        state.withLock { $0.interruption }.fulfil(error)
    }

    /// The first words on another connection.
    func nextResume(game: String, schema: UInt64?) -> SessionResume? {
        state.withLock { state in
            guard let session = state.session else { return nil }
            state.attempts += 1
            return SessionResume(
                player: session.player, token: session.token, attempt: state.attempts,
                notices: state.notices, game: game, schema: schema)
        }
    }

    /// The session goes on: says again what the server has not had.
    ///
    /// - Parameter received: How many requests it has had.
    /// - Returns: false when not all of what it has not had is there any more.
    func resume(on connection: Connection, received: UInt64, at now: NetworkInstant) -> Bool {
        let waiting = state.withLock { state -> Promise<Void>? in
            guard let missing = state.requests.messages(after: received) else { return nil }
            // All of it has room. When the connection ends under it, it is said on the next one.
            for message in missing { try? connection.offer(message) }
            state.requests.release()
            state.session?.connection = connection
            if let port = state.session?.server.port {
                state.session?.server = connection.remoteAddress
                state.session?.server.port = port
            }
            state.lostSince = nil
            state.lastHeard = now
            defer { state.next = Promise() }
            return state.next
        }
        waiting?.fulfil(())
        return waiting != nil
    }
}
