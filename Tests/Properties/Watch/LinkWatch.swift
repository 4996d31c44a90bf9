package import ParleyDatagrams
package import ParleySimulation
package import ParleySockets
import Synchronization

/// Checks at every packet on every link what must hold for the sessions of a server:
///
/// - no packet number leaves twice, so no key seals two packets with one nonce (`NonceBook`);
/// - at most three times its bytes go to an address that has answered no challenge (`AddressBook`);
/// - a canary that the game puts into everything is on no link (`CanarySearch`).
///
/// It keeps the first violations. The server must not crash: another one may begin with the same numbers.
package final class LinkWatch: LinkObserver {
    fileprivate struct State {
        var nonces = NonceBook()
        var addresses = AddressBook()
        var canaries = CanarySearch()
        var violations: [String] = []
        var toServer = CanaryCount()
        var toClients = CanaryCount()
        var segments = CanaryCount()
        var copies: [Datagram]?
    }

    /// What was looked through.
    package struct CanaryCount: Sendable {
        /// Datagrams, or pieces of a stream.
        package var all = 0
        /// Those with a canary.
        package var withCanary = 0

        fileprivate mutating func note(_ hasCanary: Bool) {
            all += 1
            if hasCanary { withCanary += 1 }
        }
    }

    fileprivate static let mostViolations = 5
    private static let mostCopies = 64
    /// The bytes of UDP's framing.
    private static let checksumCount = DatagramFraming.checksummed.headerSize

    private let server: UInt16
    private let isEncrypted: Bool
    private let state = Mutex(State())

    /// A watch over the sessions of one server.
    ///
    /// - Parameters:
    ///   - port: The number of its UDP port, which no other host uses.
    ///   - isEncrypted: Whether the canary must not be seen. Otherwise it is only counted.
    package init(server port: UInt16, isEncrypted: Bool = true) {
        server = port
        self.isEncrypted = isEncrypted
    }

    // MARK: Results

    /// What must never happen, in words: the first few.
    package var violations: [String] { state.withLock { $0.violations } }

    /// The datagrams to the server that were looked through.
    package var toServer: CanaryCount { state.withLock { $0.toServer } }

    /// The datagrams from the server that were looked through.
    package var toClients: CanaryCount { state.withLock { $0.toClients } }

    /// The pieces of TCP streams that were looked through.
    package var segments: CanaryCount { state.withLock { $0.segments } }

    /// How many keys were used.
    package var keys: Int { state.withLock { $0.nonces.keys } }

    /// How many addresses packets went to, and how many of them may have answered.
    package var addresses: (all: Int, answered: Int) { state.withLock { $0.addresses.counts } }

    /// Throws the first violation.
    func check() throws {
        let violations = violations
        try require(violations.isEmpty, violations.first ?? "")
    }

    // MARK: Copies

    /// A host sends nothing but copies of clients' packets, which are kept for it from now on.
    package func addDeceiver(_ host: SocketAddress) {
        state.withLock { state in
            state.addresses.addDeceiver(host)
            state.copies = []
        }
    }

    /// The newest packets of clients, at most 64, since the call before.
    package func takeCopies() -> [Datagram] {
        state.withLock { state in
            defer { if state.copies != nil { state.copies = [] } }
            return state.copies ?? []
        }
    }
}

extension LinkWatch {
    /// A datagram leaves.
    package func sent(_ datagram: Datagram, over way: DatagramWay, at now: NetworkInstant) {
        state.withLock { state in
            let isToServer = way.target.port == server
            guard isToServer || way.source.port == server else { return }
            let hasCanary = state.canaries.finds(in: datagram)
            let count = isToServer ? \State.toServer : \.toClients
            state[keyPath: count].note(hasCanary)
            if hasCanary, isEncrypted {
                state.complain("a datagram to \(way.target) is readable", now)
            }
            guard !state.addresses.isDeceiver(way.source) else { return }
            // The sum in front of it says nothing new.
            let packet = datagram.slice(min(Self.checksumCount, datagram.count)...)
            if let complaint = state.nonces.note(packet, isToServer: isToServer) {
                state.complain(complaint, now)
            }
            if isToServer {
                state.addresses.noteAnswer(datagram, from: way.source)
                state.keepCopy(packet, atMost: Self.mostCopies)
            } else if let complaint = state.addresses.noteSent(datagram, over: way) {
                state.complain(complaint, now)
            }
        }
    }

    /// A datagram has arrived.
    package func arrived(
        _ datagram: Datagram, over way: DatagramWay, isIntact: Bool, at now: NetworkInstant
    ) {
        guard isIntact else { return }
        state.withLock { state in
            if way.target.port == server {
                state.addresses.noteReceived(datagram, against: way.reversed)
            } else if way.source.port == server {
                state.addresses.noteArrival(over: way)
            }
        }
    }

    /// A piece of a TCP stream leaves.
    package func sent(
        _ bytes: Datagram, overStream stream: UInt64, from addresses: [SocketAddress],
        at now: NetworkInstant
    ) {
        state.withLock { state in
            for address in addresses { state.addresses.noteStream(from: address) }
            let hasCanary = state.canaries.finds(in: bytes, ofStream: stream)
            state.segments.note(hasCanary)
            if hasCanary, isEncrypted { state.complain("stream \(stream) is readable", now) }
        }
    }
}

extension LinkWatch.State {
    fileprivate mutating func complain(_ text: String, _ now: NetworkInstant) {
        guard violations.count < LinkWatch.mostViolations else { return }
        let milliseconds = now.nanoseconds / 1_000_000
        violations.append("\(text), at \(milliseconds) ms")
    }

    fileprivate mutating func keepCopy(_ packet: Datagram, atMost most: Int) {
        guard copies != nil else { return }
        copies?.append(packet)
        if let count = copies?.count, count > most { copies?.removeFirst(count - most) }
    }
}
