import ParleySockets

/// A network on one of the loops of another one.
///
/// A server's tasks, its listener, its connections and its UDP socket belong on one thread: a
/// datagram then goes from the socket to the world and back without changing threads. A network of
/// several loops hands them out in turn.
final class SingleLoopNetwork: Network {
    let loop: any NetworkLoop
    private let network: any Network

    init(_ network: any Network) {
        self.network = network
        loop = network.nextLoop()
    }

    var clock: any NetworkClock { network.clock }

    func nextLoop() -> any NetworkLoop { loop }

    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress] {
        try await network.resolve(host, port: port)
    }

    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        network.makeRandomNumberGenerator()
    }

    func interfaces() -> [NetworkInterface] { network.interfaces() }
}
