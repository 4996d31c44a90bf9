import ParleyDatagrams
import ParleyProtocol
import ParleySessions
import ParleySockets
import Synchronization

/// A game that keeps what a client's session brings, and sends what it is told to.
final class CollectingHandler: ClientSessionHandler {
    struct Received: Sendable {
        var welcome: ServerWelcome?
        var notices: [Datagram] = []
        var packets = 0
        var hasEnded = false
    }

    private let state = Mutex(Received())

    var received: Received { state.withLock { $0 } }

    func sessionDidBegin(_ welcome: ServerWelcome) { state.withLock { $0.welcome = welcome } }

    /// A notice of no bytes is none.
    func receiveNotice(_ payload: Datagram) async throws(DatagramError) -> Bool {
        var reader = payload.reader
        _ = try reader.read(UInt8.self)
        state.withLock { $0.notices.append(payload) }
        return true
    }

    func receive(_ payload: ServerPayload, roundTrip: Duration?, at now: NetworkInstant) -> Bool {
        state.withLock { $0.packets += 1 }
        return true
    }

    func sendCommands(in session: ClientSession) async throws {}

    func sessionDidEnd() { state.withLock { $0.hasEnded = true } }
}
