internal import ParleyDatagrams
internal import ParleySockets

/// One direction of a UDP socket's link, and the datagrams that are under way on it.
struct DatagramLine: ~Copyable {
    /// A datagram, its sender or receiver, and the local address.
    struct Packet {
        let bytes: Datagram
        let address: SocketAddress
        let local: SocketAddress?
    }

    private var link: Link
    private var random: SeededGenerator
    private var packets = DeadlineQueue<Packet>()
    private var byteCount = 0

    /// The most bytes under way. Further datagrams are lost, as in a router.
    private static let limit = 8 << 20
    private static let costPerPacket = 64

    init(_ profile: LinkProfile, random: SeededGenerator) {
        link = Link(profile)
        self.random = random
    }

    var isEmpty: Bool { packets.count == 0 }

    /// Sends a datagram: it is lost, or is under way from now on.
    mutating func send(
        _ bytes: Datagram, address: SocketAddress, local: SocketAddress?, at now: NetworkInstant
    ) {
        guard byteCount < Self.limit,
            case .delivered(let transit, let copy) = link.carry(
                bytes.count, at: now, using: &random)
        else { return }
        put(bytes.damaged(transit.damage), address, local, until: transit.arrival)
        guard let copy else { return }
        put(bytes.damaged(copy.damage), address, local, until: copy.arrival)
    }

    private mutating func put(
        _ bytes: Datagram, _ address: SocketAddress, _ local: SocketAddress?,
        until arrival: NetworkInstant
    ) {
        byteCount += bytes.count + Self.costPerPacket
        packets.schedule(at: arrival, Packet(bytes: bytes, address: address, local: local))
    }

    /// When the next one arrives.
    mutating func nextArrival() -> NetworkInstant? {
        packets.nextDeadline()
    }

    /// Adds those that have arrived to `buffer`.
    mutating func takeArrived(at now: NetworkInstant, into buffer: inout PacketBuffer) {
        while let packet = packets.popDue(at: now) {
            byteCount -= packet.bytes.count + Self.costPerPacket
            packet.bytes.withSpan {
                buffer.append($0, address: packet.address, local: packet.local)
            }
        }
    }
}
