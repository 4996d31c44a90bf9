import ParleySessions
import ParleySockets
import Testing

/// Which connection makes room when too many have not said hello.
@Suite struct PendingConnectionsTests {
    private final class Peer: Sendable {
        let name: String

        init(_ name: String) { self.name = name }
    }

    private let start = NetworkInstant(nanoseconds: 0)

    private func network(_ text: String) throws -> SocketAddress {
        try #require(SocketAddress(text)).accountable
    }

    @Test func theOldestOfTheNetworkThatHoldsMostMakesRoom() throws {
        var pending = PendingConnections<Peer>(maximum: 4)
        let honest = Peer("honest")
        #expect(pending.append(honest, from: try network("10.0.0.1:1"), until: start) == nil)
        for number in 0..<3 {
            let peer = Peer("\(number)")
            let from = try network("10.0.0.2:\(number + 1)")
            #expect(pending.append(peer, from: from, until: start) == nil)
        }
        for number in 3..<10 {
            let evicted = pending.append(
                Peer("\(number)"), from: try network("10.0.0.2:\(number + 1)"), until: start)
            #expect(evicted?.name == "\(number - 3)")
        }
        #expect(pending.count == 4)
        #expect(pending.overdue(at: start).first === honest)
    }

    /// An IPv6 peer has all addresses of its network.
    @Test func sixtyFourBitsOfIPv6AreOneNetwork() throws {
        var pending = PendingConnections<Peer>(maximum: 3)
        _ = pending.append(Peer("honest"), from: try network("[2001:db8:1::1]:1"), until: start)
        for host in 1...2 {
            let from = try network("[2001:db8:2::\(host)]:1")
            _ = pending.append(Peer("\(host)"), from: from, until: start)
        }
        let evicted = pending.append(
            Peer("3"), from: try network("[2001:db8:2::3]:1"), until: start)
        #expect(evicted?.name == "1")
    }

    @Test func theOldestOfAllMakesRoomAmongEqualNetworks() throws {
        var pending = PendingConnections<Peer>(maximum: 3)
        for number in 1...3 {
            let from = try network("10.0.0.\(number):1")
            _ = pending.append(Peer("\(number)"), from: from, until: start)
        }
        let evicted = pending.append(Peer("4"), from: try network("10.0.0.4:1"), until: start)
        #expect(evicted?.name == "1")
    }

    /// Connections of a trusted proxy are those of many players: each stands for itself.
    @Test func connectionsOfATrustedProxyAreNoNetwork() throws {
        var pending = PendingConnections<Peer>(maximum: 5)
        for number in 1...3 {
            #expect(pending.append(Peer("proxied \(number)"), from: nil, until: start) == nil)
        }
        for number in 1...2 {
            let from = try network("10.0.0.1:\(number)")
            #expect(pending.append(Peer("direct \(number)"), from: from, until: start) == nil)
        }
        let evicted = (4...6).map { number in
            pending.append(Peer("proxied \(number)"), from: nil, until: start)?.name
        }
        // Of the network that holds two first, and then the oldest of all.
        #expect(evicted == ["direct 1", "proxied 1", "proxied 2"])
        #expect(pending.count == 5)
    }

    @Test func aConnectionThatSaidHelloIsForgotten() throws {
        var pending = PendingConnections<Peer>(maximum: 1)
        let (first, second) = (Peer("1"), Peer("2"))
        let later = start.advanced(by: .seconds(5))
        _ = pending.append(first, from: try network("10.0.0.1:1"), until: start)
        pending.remove(first)
        #expect(pending.append(second, from: try network("10.0.0.1:2"), until: later) == nil)
        #expect(pending.overdue(at: start).isEmpty)
        #expect(pending.overdue(at: later).map(\.name) == ["2"])
    }
}
