import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// The part of a client that loses nothing over TCP when it has to connect again.
extension ClientLink {
    /// The result of posting a request.
    enum Posting {
        /// It was sent, or is queued for the next connection.
        case done
        /// The connection takes no more for now.
        case full(Connection)
        /// As many wait for the next connection as may.
        case waits(Promise<Void>)
        case failed(SendError)
        case notJoined
    }

    /// Sends a request over TCP: at once, or on the next connection.
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
            return state.requests.queue(message) ? .done : .waits(state.next)
        }
    }

    /// A notice has reached the player.
    func countNotice() {
        state.withLock { $0.notices += 1 }
    }

    /// After this time without a packet the server counts as silent. The client pings twice in it.
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

    /// Returns the promise that ends the next connection from this side.
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

    /// The first message on another connection.
    func nextResume(game: String, schema: UInt64?) -> SessionResume? {
        state.withLock { state in
            guard let session = state.session else { return nil }
            state.attempts += 1
            return SessionResume(
                player: session.player, token: session.token, attempt: state.attempts,
                notices: state.notices, game: game, schema: schema)
        }
    }

    /// Resumes the session: sends again the requests that the server has not received.
    ///
    /// - Parameter received: How many requests the server has received.
    /// - Returns: false when some of the missing requests are no longer kept.
    func resume(on connection: Connection, received: UInt64, at now: NetworkInstant) -> Bool {
        let waiting = state.withLock { state -> Promise<Void>? in
            guard let missing = state.requests.messages(after: received) else { return nil }
            // All of them have room. If the connection ends, they are sent on the next one.
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
