package import ParleyDatagrams
package import ParleySimulation
package import ParleySockets

/// How many bytes a server sends to addresses that cannot have answered a challenge yet.
///
/// Nobody on the way can read whether a packet answers one. But an address can have answered only when something
/// sent there has arrived, and something that its host sent afterwards has got to the server, from whatever port:
/// an answer counts wherever it comes from (RFC 9000, section 8.2.3), also through the tunnel. Until then at most
/// three times the bytes that came from an address go there.
package struct AddressBook: Sendable {
    private struct Balance {
        var received = 0
        var sent = 0
        /// The packets that left the host since one of the server has arrived: each may be an answer.
        var answers: Set<Datagram> = []
        var mayHaveAnswered = false
    }

    /// By the way from the server.
    private var balances: [DatagramWay: Balance] = [:]
    /// Those where something has arrived, and that have answered nothing, by their host.
    private var unanswered: [SocketAddress: Set<DatagramWay>] = [:]
    /// Hosts that send other people's packets, and can answer nothing.
    private var deceivers: Set<SocketAddress> = []

    /// A book without addresses.
    package init() {}

    /// How many addresses there were, and how many of them may have answered.
    package var counts: (all: Int, answered: Int) {
        (balances.count, balances.values.count { $0.mayHaveAnswered })
    }

    /// All packets of a host are copies of others'. The port of its address does not matter.
    package mutating func addDeceiver(_ host: SocketAddress) {
        deceivers.insert(host.withoutPort)
    }

    /// Whether a host only sends copies.
    package func isDeceiver(_ address: SocketAddress) -> Bool {
        !deceivers.isEmpty && deceivers.contains(address.withoutPort)
    }

    /// The server sends a packet.
    ///
    /// - Returns: What is wrong with it; nil for nothing.
    package mutating func noteSent(_ packet: Datagram, over way: DatagramWay) -> String? {
        balances[way, default: Balance()].sent += packet.count
        let balance = balances[way, default: Balance()]
        guard !balance.mayHaveAnswered, balance.sent > 3 * balance.received else { return nil }
        return "\(balance.sent) bytes to \(way.target), which has sent \(balance.received) and "
            + "answered nothing"
    }

    /// A packet of the server has arrived.
    package mutating func noteArrival(over way: DatagramWay) {
        guard !isDeceiver(way.target), balances[way]?.mayHaveAnswered == false else { return }
        unanswered[way.target.withoutPort, default: []].insert(way)
    }

    /// A client sends a packet from an address.
    package mutating func noteAnswer(_ packet: Datagram, from address: SocketAddress) {
        for way in unanswered[address.withoutPort, default: []] {
            balances[way]?.answers.insert(packet)
        }
    }

    /// A host sends bytes of a TCP stream: the answer may be in them, since packets go through the tunnel, too. When
    /// they arrive is not seen, so they count at once.
    package mutating func noteStream(from address: SocketAddress) {
        guard !isDeceiver(address) else { return }
        for way in unanswered.removeValue(forKey: address.withoutPort) ?? [] {
            balances[way]?.mayHaveAnswered = true
            balances[way]?.answers = []
        }
    }

    /// A packet of a client has got to the server, as it was sent.
    ///
    /// - Parameter way: The way *from* the server.
    package mutating func noteReceived(_ packet: Datagram, against way: DatagramWay) {
        balances[way, default: Balance()].received += packet.count
        // A copy that somebody else sends is as good as the packet itself.
        for (host, ways) in unanswered {
            for way in ways where balances[way]?.answers.contains(packet) == true {
                balances[way]?.mayHaveAnswered = true
                balances[way]?.answers = []
                unanswered[host]?.remove(way)
            }
        }
    }
}

extension SocketAddress {
    fileprivate var withoutPort: SocketAddress {
        var address = self
        address.port = 0
        return address
    }
}
