package import ParleyDatagrams
package import ParleySockets

/// A reader of everything that travels between the hosts of a simulation, as somebody on the way has it.
///
/// It is called on the thread that drives the simulation, in the order of events, and changes nothing: a run
/// with an observer has the trace of one without.
package protocol LinkObserver: AnyObject, Sendable {
    /// A socket has sent a datagram. The link may lose, double or damage it.
    func sent(_ datagram: Datagram, over way: DatagramWay, at now: NetworkInstant)

    /// A datagram has got to a socket.
    ///
    /// - Parameters:
    ///   - datagram: Its bytes as they arrive.
    ///   - way: Where it came from and went.
    ///   - isIntact: Whether they are those that were sent.
    ///   - now: The virtual time.
    func arrived(
        _ datagram: Datagram, over way: DatagramWay, isIntact: Bool, at now: NetworkInstant)

    /// A TCP connection has sent its next bytes.
    ///
    /// - Parameters:
    ///   - bytes: The bytes that follow those of the call before with the same numbers.
    ///   - stream: The number of the connection's direction: no two of a simulation have the same.
    ///   - addresses: Those of the host that sends. The ports are 0.
    ///   - now: The virtual time.
    func sent(
        _ bytes: Datagram, overStream stream: UInt64, from addresses: [SocketAddress],
        at now: NetworkInstant)
}

/// The two ends of a datagram's way, as the network between them sees them.
package struct DatagramWay: Hashable, Sendable {
    /// The sender's address, as the receiver gets to see it.
    package let source: SocketAddress
    /// The address that it was sent to.
    package let target: SocketAddress

    /// The way from one address to another.
    package init(from source: SocketAddress, to target: SocketAddress) {
        self.source = source
        self.target = target
    }

    /// The way of an answer.
    package var reversed: DatagramWay { DatagramWay(from: target, to: source) }
}
