package import ParleySockets

/// A network on one of the loops of another one.
///
/// A server's tasks, its listener, its connections and its UDP socket belong on one thread: a
/// datagram then goes from the socket to the world and back without changing threads. A network of
/// several loops hands them out in turn.
package final class SingleLoopNetwork: Network {
    /// The loop.
    package let loop: any NetworkLoop
    private let network: any Network

    /// A network on the next loop of `network`.
    package init(_ network: any Network) {
        self.network = network
        loop = network.nextLoop()
    }

    package var clock: any NetworkClock { network.clock }

    package func nextLoop() -> any NetworkLoop { loop }

    package func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress]
    {
        try await network.resolve(host, port: port)
    }

    package func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        network.makeRandomNumberGenerator()
    }

    package func interfaces() -> [NetworkInterface] { network.interfaces() }
}
