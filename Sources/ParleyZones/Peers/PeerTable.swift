import ParleyDatagrams
import ParleyHandoff
import ParleySockets
import Synchronization

/// The links of a server, which its tasks and its senders share.
///
/// Locked instead of isolated, so that sending changes no executor and never waits.
final class PeerTable: Sendable {
    private struct Peer {
        /// The newest is the last. There is at most one that was dialled and one that was accepted: if both
        /// ends dial at once, neither closes what the other has chosen.
        var links: [PeerLink] = []
        /// Whether something was sent, so that a lost link is dialled again.
        var isWanted = false
        /// Fulfilled when a link is to be dialled.
        var need = Promise<Void>()

        var isNeeded: Bool { isWanted && links.isEmpty }
    }

    private struct State {
        var peers: [PeerName: Peer]
        var counts = PeerStatistics()
    }

    private let state: Mutex<State>
    private let events = Mailbox<PeerEvent>(bound: .keepNewest(count: 256))

    init(_ names: some Sequence<PeerName>) {
        state = Mutex(
            State(
                peers: Dictionary(names.map { ($0, Peer()) }, uniquingKeysWith: { old, _ in old })
            ))
    }

    var statistics: PeerStatistics {
        state.withLock { state in
            var counts = state.counts
            counts.links = state.peers.values.reduce(0) { $0 + $1.links.count }
            return counts
        }
    }

    var eventStream: AsyncStream<PeerEvent> { events.elements() }

    func report(_ event: PeerEvent) {
        var event = [event]
        _ = events.deliver(&event, cost: 1)
    }

    func finish() {
        events.finish()
    }

    // MARK: Sending

    /// Queues a message on the newest link that takes it. Without one it is dropped.
    ///
    /// - Parameter isIn: Whether a version has the message.
    /// - Returns: False if there are links, and none of such a version.
    func send(_ bytes: Datagram, to peer: PeerName, where isIn: (UInt16) -> Bool) -> Bool {
        let all = state.withLock { $0.peers[peer]?.links ?? [] }
        let links = all.filter { $0.version.current.map(isIn) == true }
        guard all.isEmpty || !links.isEmpty else { return false }
        let isSent = links.reversed().contains { (try? $0.offer(bytes)) != nil }
        let need = state.withLock { state -> Promise<Void>? in
            if isSent { state.counts.sent += 1 } else { state.counts.dropped += 1 }
            state.peers[peer]?.isWanted = true
            guard let peer = state.peers[peer], peer.isNeeded else { return nil }
            return peer.need
        }
        need?.fulfil(())
        return true
    }

    /// Counts and reports a message that may not be sent.
    func refuseToSend(to peer: PeerName, _ error: DatagramError) {
        state.withLock { $0.counts.unsendable += 1 }
        report(.unsendable(peer, error))
    }

    /// Queues a hello on each link.
    func sendToAll(_ bytes: Datagram) {
        let links = state.withLock { state in
            state.peers.sorted { $0.key < $1.key }.flatMap(\.value.links)
        }
        // Where too much waits, the peer is receiving.
        for link in links { try? link.offer(bytes) }
    }

    // MARK: Links

    func contains(_ peer: PeerName) -> Bool {
        state.withLock { $0.peers[peer] != nil }
    }

    func version(with peer: PeerName) -> UInt16? {
        state.withLock { $0.peers[peer]?.links.last?.version.current }
    }

    func isLinked(with peer: PeerName) -> Bool {
        state.withLock { $0.peers[peer]?.links.isEmpty == false }
    }

    /// Waits until a link with a server has to be dialled.
    func need(of peer: PeerName) async throws(CancellationError) {
        while true {
            let need = state.withLock { state -> Promise<Void>? in
                if state.peers[peer]?.isNeeded != false { return nil }
                let need = Promise<Void>()
                state.peers[peer]?.need = need
                return need
            }
            guard let need else { return }
            try await need.value()
        }
    }

    /// Adds a link. It replaces an older one that the same end has dialled.
    func add(_ link: PeerLink, with peer: PeerName) {
        let replaced = state.withLock { state -> PeerLink? in
            let links = state.peers[peer]?.links ?? []
            let replaced = links.first { $0.isDialled == link.isDialled }
            state.peers[peer]?.links = links.filter { $0 !== replaced } + [link]
            return replaced
        }
        replaced?.end(.replaced)
        report(.linked(peer))
    }

    /// Removes a link. If another one is needed, it is dialled.
    func remove(_ link: PeerLink, with peer: PeerName) {
        let need = state.withLock { state -> Promise<Void>? in
            state.peers[peer]?.links.removeAll { $0 === link }
            guard let peer = state.peers[peer], peer.isNeeded else { return nil }
            return peer.need
        }
        need?.fulfil(())
    }

    /// Counts and reports the end of a link.
    func noteEnd(of peer: PeerName?, _ ending: PeerLinkEnding) {
        if ending.isRefusal { state.withLock { $0.counts.refused += 1 } }
        if case .otherVersion(let error) = ending {
            state.withLock { state in
                state.counts.otherVersions += 1
                state.counts.newestVersionError = error
            }
        }
        report(.unlinked(peer, ending))
    }

    /// Notes what is different at a server. There are three things that may be, and a few values of the lease.
    func note(_ differences: [PeerDifference], of peer: PeerName) {
        state.withLock { state in
            for difference in differences
            where state.counts.differences.count < Self.mostDifferences {
                state.counts.differences.insert(difference.words(for: peer))
            }
        }
    }

    /// A server that says another lease each time fills no memory.
    private static let mostDifferences = 256

    func countReceived() {
        state.withLock { $0.counts.received += 1 }
    }
}
