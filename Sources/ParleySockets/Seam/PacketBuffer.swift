package import ParleyDatagrams

/// A batch of UDP packets: their bytes one after another, and the range and addresses of each.
///
/// Both directions use it. Received bytes lie in one block, of which the datagrams are slices; bytes
/// to be sent lie together, so that one system call can take them all.
package struct PacketBuffer: Sendable {
    /// The bytes of all packets.
    package var bytes = Datagram()
    /// The packets, in order.
    package var packets: [Packet] = []

    /// One packet: a range of the buffer's bytes, and its sender or receiver.
    package struct Packet: Sendable {
        /// The peer.
        package var address: SocketAddress
        /// The local address: the one that the peer has sent to, or to send from. `nil` where the socket
        /// has only one, and to let the system choose.
        package var local: SocketAddress?
        /// The index of its first byte.
        package var offset: Int
        /// The number of its bytes.
        package var count: Int

        /// A packet of `count` bytes at `offset`.
        package init(
            address: SocketAddress, local: SocketAddress? = nil, offset: Int, count: Int
        ) {
            self.address = address
            self.local = local
            self.offset = offset
            self.count = count
        }
    }

    /// A buffer without packets.
    package init() {}

    /// The number of packets.
    package var count: Int { packets.count }

    /// Whether it holds no packet.
    package var isEmpty: Bool { packets.isEmpty }

    /// Adds a packet with these bytes.
    package mutating func append(
        _ packet: Span<UInt8>, address: SocketAddress, local: SocketAddress? = nil
    ) {
        packets.append(
            Packet(address: address, local: local, offset: bytes.count, count: packet.count))
        bytes.append(packet)
    }

    /// Adds packets from one peer that arrived joined: each has `size` bytes, the last one the rest.
    package mutating func append(_ joined: Span<UInt8>, cutEvery size: Int, address: SocketAddress)
    {
        addPackets(at: bytes.count, count: joined.count, cutEvery: size, address: address)
        bytes.append(joined)
    }

    /// Adds the packets that lie in `count` bytes from `start` on: each has `size` bytes, the last one
    /// the rest. No bytes, or a size of 0, are one packet.
    mutating func addPackets(
        at start: Int, count: Int, cutEvery size: Int, address: SocketAddress,
        local: SocketAddress? = nil
    ) {
        var (offset, left) = (start, count)
        while size > 0, left > size {
            packets.append(Packet(address: address, local: local, offset: offset, count: size))
            offset += size
            left -= size
        }
        packets.append(Packet(address: address, local: local, offset: offset, count: left))
    }

    /// Removes all packets, and keeps the memory unless a datagram is still a slice of it.
    package mutating func removeAll() {
        packets.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }
}
