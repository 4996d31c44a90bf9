import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// What there is once the server has let the player in.
struct ClientSession: Sendable {
    let player: PlayerID
    /// The newest; the one that was lost while there is none.
    var connection: Connection
    let socket: DatagramSocket
    var server: SocketAddress
    let token: SessionToken
    let cadence: SnapshotCadence
}

/// What the tasks of a client share: its session, and what it measures of it.
///
/// Locked instead of isolated to the client, so that a datagram in or out changes no executor: that
/// would cost more than all the rest of it.
final class ClientLink: Sendable {
    struct State {
        var session: ClientSession?
        var meter = LinkMeter()
        /// When the server was last heard.
        var lastHeard = NetworkInstant(nanoseconds: 0)
        var sequence: UInt32 = 0
        /// Since when there is no connection, nil while there is one.
        var lostSince: NetworkInstant?
        /// What the player said over TCP.
        var requests: ResendTail
        /// How many notices came.
        var notices: UInt64 = 0
        /// How often the client tried to come back.
        var attempts: UInt32 = 0
        /// Fulfilled with the next connection, or the end.
        var next = Promise<Void>()
        /// Ends the connection from this side.
        var interruption = Promise<GameClientError>()
        var hasEnded = false
    }

    let state: Mutex<State>

    /// - Parameter resendBytes: How much of what the player said is kept; 0 for none.
    init(resendBytes: Int) {
        state = Mutex(State(requests: ResendTail(maximumBytes: resendBytes)))
    }

    var session: ClientSession? { state.withLock { $0.session } }
    var statistics: ClientStatistics { state.withLock { $0.meter.statistics } }
    var lastHeard: NetworkInstant { state.withLock { $0.lastHeard } }

    func begin(_ session: ClientSession) {
        state.withLock { $0.session = session }
    }

    func end() {
        let waiting = state.withLock { state in
            state.session = nil
            state.hasEnded = true
            return state.next
        }
        waiting.fulfil(())
    }

    /// Something came from the server.
    func heard(at now: NetworkInstant) {
        state.withLock { $0.lastHeard = now }
    }

    /// Counts something.
    func note(_ change: (inout LinkMeter) -> Void) {
        state.withLock { change(&$0.meter) }
    }

    /// A ping is sent now.
    func ping(at now: NetworkInstant) -> UInt32 {
        state.withLock { $0.meter.ping(at: now) }
    }

    /// The session, and the number of its next command; nil while there is no session.
    func nextCommand() -> (session: ClientSession, sequence: UInt32)? {
        state.withLock { state in
            guard let session = state.session else { return nil }
            state.sequence += 1
            return (session, state.sequence)
        }
    }

    /// An answer to a ping came.
    func pong(mark: UInt32, tick: Tick, at now: NetworkInstant) {
        state.withLock { state in
            state.meter.pong(mark: mark, tick: tick, at: now)
            state.lastHeard = now
        }
    }

    /// A packet of a show came; several may be of one tick.
    func show(of tick: Tick, cadence: SnapshotCadence, at now: NetworkInstant) {
        state.withLock { state in
            state.lastHeard = now
            state.meter.show(of: tick, cadence: cadence)
        }
    }

    /// A snapshot came; returns whether it is newer than all before.
    func snapshot(of tick: Tick, cadence: SnapshotCadence, at now: NetworkInstant) -> Bool {
        state.withLock { state in
            state.lastHeard = now
            return state.meter.snapshot(of: tick, cadence: cadence, at: now)
        }
    }
}
