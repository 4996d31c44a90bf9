public import ParleyDatagrams

/// A batch of UDP packets: their bytes one after another, and where each begins, ends and belongs.
///
/// The same shape serves both directions. Received bytes lie in one block, of which the datagrams
/// are slices; bytes to be sent lie together so that one system call can take them all.
public struct PacketBuffer: Sendable {
    /// The bytes of all packets.
    public var bytes = Datagram()
    /// The packets, in order.
    public var packets: [Packet] = []

    /// One packet: a range of the buffer's bytes, and the peer it came from or goes to.
    public struct Packet: Sendable {
        /// The peer.
        public var address: SocketAddress
        /// Where it begins.
        public var offset: Int
        /// How many bytes it has.
        public var count: Int

        /// A packet of `count` bytes at `offset`.
        public init(address: SocketAddress, offset: Int, count: Int) {
            self.address = address
            self.offset = offset
            self.count = count
        }
    }

    /// A buffer without packets.
    public init() {}

    /// How many packets there are.
    public var count: Int { packets.count }

    /// Whether there is none.
    public var isEmpty: Bool { packets.isEmpty }

    /// Adds a packet with these bytes.
    public mutating func append(_ packet: Span<UInt8>, address: SocketAddress) {
        packets.append(Packet(address: address, offset: bytes.count, count: packet.count))
        bytes.append(packet)
    }

    /// Adds packets from one peer that came joined: each has `size` bytes, the last one what is left.
    public mutating func append(_ joined: Span<UInt8>, cutEvery size: Int, address: SocketAddress) {
        addPackets(at: bytes.count, count: joined.count, cutEvery: size, address: address)
        bytes.append(joined)
    }

    /// Notes the packets that `count` bytes from `start` on are: each has `size` of them, the last
    /// one what is left. No bytes, or a size of 0, are one packet.
    mutating func addPackets(
        at start: Int, count: Int, cutEvery size: Int, address: SocketAddress
    ) {
        var (offset, left) = (start, count)
        while size > 0, left > size {
            packets.append(Packet(address: address, offset: offset, count: size))
            offset += size
            left -= size
        }
        packets.append(Packet(address: address, offset: offset, count: left))
    }

    /// Forgets all packets and keeps the memory, as far as no datagram is still a slice of it.
    public mutating func removeAll() {
        packets.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }
}
