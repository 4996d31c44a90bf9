import ParleySockets

/// A network that tells when a look-up of a name has ended: joining is connecting from then on.
final class LookupObserver: Network {
    private let network: any Network
    private let didResolve: @Sendable () -> Void

    /// - Parameters:
    ///   - network: Does everything.
    ///   - didResolve: Called after each look-up that found an address.
    init(of network: any Network, didResolve: @escaping @Sendable () -> Void) {
        self.network = network
        self.didResolve = didResolve
    }

    var clock: any NetworkClock { network.clock }

    func nextLoop() -> any NetworkLoop { network.nextLoop() }

    func resolve(_ host: String, port: UInt16) async throws(ResolveError) -> [SocketAddress] {
        let addresses = try await network.resolve(host, port: port)
        didResolve()
        return addresses
    }

    func makeRandomNumberGenerator() -> any RandomNumberGenerator & Sendable {
        network.makeRandomNumberGenerator()
    }

    func interfaces() -> [NetworkInterface] { network.interfaces() }
}
