import ParleySockets
import TestNetworks

/// A TCP peer below Parley's connections, which can break the rules.
protocol Peer: AnyObject, Sendable {
    /// Sends all of the bytes, waiting where necessary. Returns whether all were sent.
    @discardableResult func send(_ bytes: [UInt8]) async -> Bool

    /// Sends `chunk` over and over until the other end takes no more for a while.
    func sendUntilStuck(_ chunk: [UInt8], atMost limit: Int) async -> Int

    /// Reads `count` bytes, or fewer where the stream ends before.
    func read(_ count: Int) async -> [UInt8]

    /// Reads until the other end has ended the stream.
    func readToEnd() async -> (bytes: [UInt8], ending: PeerEnding)

    /// Ends the sending direction; reading goes on.
    func endSending()

    /// Cuts the connection off.
    func reset()

    /// Closes the socket, as the end of the last reference does.
    func close()
}

/// How a stream ended.
enum PeerEnding: Equatable {
    case end
    case reset
    /// It has not ended within the (generous) limit.
    case open
}

/// A peer, connected on the network of the test; where that is the system's, `receiveBuffer` bytes
/// hold what it doesn't read.
func connectedPeer(to address: SocketAddress, receiveBuffer: Int32? = nil) async throws -> any Peer
{
    switch TestNetwork.current {
    case .system: try await PlainPeer.connected(to: address, receiveBuffer: receiveBuffer)
    case .simulated: try await SimulatedPeer.connected(to: address)
    }
}

/// A UDP peer that knows nothing of checksums.
protocol DatagramPeer: AnyObject, Sendable {
    var address: SocketAddress { get }

    /// Sends a packet.
    func send(_ bytes: [UInt8], to address: SocketAddress)

    /// The next packet.
    func receive() async -> [UInt8]?
}

/// A UDP peer on 127.0.0.1 of the network of the test.
func datagramPeer() throws -> any DatagramPeer {
    switch TestNetwork.current {
    case .system: try PlainDatagramPeer()
    case .simulated: try SimulatedDatagramPeer()
    }
}
