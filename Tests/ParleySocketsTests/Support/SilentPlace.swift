import ParleySimulation
import ParleySockets
import TestNetworks

/// An address at which nothing answers: a listener whose backlog is full, or a host whose
/// cable is cut.
final class SilentPlace: Sendable {
    let address: SocketAddress
    private let listener: PlainListener?
    private let filler: PlainPeer?

    init() async throws {
        switch TestNetwork.current {
        case .system:
            let listener = try PlainListener(backlog: 0)
            address = listener.address
            filler = try await PlainPeer.connected(to: address)
            self.listener = listener
        case .simulated(let simulation):
            let host = simulation.host("silent")
            let here = simulation.host(TestNetwork.hostName)
            simulation.setCut(true, from: here, to: host)
            var address = host.address
            address.port = 9
            self.address = address
            (listener, filler) = (nil, nil)
        }
    }

    /// It has to be there until here.
    func close() { filler?.close() }
}
