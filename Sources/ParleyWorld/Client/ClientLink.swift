import ParleyDatagrams
import ParleyProtocol
import ParleySockets
import Synchronization

/// The state of a session after the welcome.
struct ClientSession: Sendable {
    let player: PlayerID
    /// The newest connection; the lost one while there is none.
    var connection: Connection
    let socket: DatagramSocket
    var server: SocketAddress
    let token: SessionToken
    let cadence: SnapshotCadence
}

/// The state that a client's tasks share: its session, and the measurements of its link.
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
        /// The requests sent over TCP.
        var requests: ResendTail
        /// How many notices arrived.
        var notices: UInt64 = 0
        /// How often the client tried to reconnect.
        var attempts: UInt32 = 0
        /// Fulfilled with the next connection, or the end.
        var next = Promise<Void>()
        /// Ends the connection from this side.
        var interruption = Promise<GameClientError>()
        var hasEnded = false
    }

    let state: Mutex<State>

    /// - Parameter resendBytes: How many bytes of requests are kept for another connection; 0 for
    ///   none.
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

    /// Notes that the server was heard.
    func heard(at now: NetworkInstant) {
        state.withLock { $0.lastHeard = now }
    }

    /// Changes the measurements.
    func note(_ change: (inout LinkMeter) -> Void) {
        state.withLock { change(&$0.meter) }
    }

    /// Notes a ping that is sent now, and returns its mark.
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

    /// Notes an answer to a ping.
    func pong(mark: UInt32, tick: Tick, at now: NetworkInstant) {
        state.withLock { state in
            state.meter.pong(mark: mark, tick: tick, at: now)
            state.lastHeard = now
        }
    }

    /// Notes a packet of a snapshot; several may be of one tick.
    func show(of tick: Tick, cadence: SnapshotCadence, at now: NetworkInstant) {
        state.withLock { state in
            state.lastHeard = now
            state.meter.show(of: tick, cadence: cadence)
        }
    }

    /// Notes a snapshot; returns whether it is newer than all before.
    func snapshot(of tick: Tick, cadence: SnapshotCadence, at now: NetworkInstant) -> Bool {
        state.withLock { state in
            state.lastHeard = now
            return state.meter.snapshot(of: tick, cadence: cadence, at: now)
        }
    }
}
