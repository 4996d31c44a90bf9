package import ParleyDatagrams

/// The packets of one client and snapshot, written into memory that the next client's packets use
/// again.
package struct PacketBatch: Sendable {
    /// The bytes before the snapshot: of the first packet, and of the others.
    package var head = Datagram()
    package var laterHead = Datagram()

    /// Packets, of which the first `count` are written.
    private var datagrams: [Datagram] = []
    package private(set) var count = 0

    package init() {}

    /// A packet, 0 ..< ``count``.
    package subscript(number: Int) -> Datagram { datagrams[number] }

    /// The packets that are written.
    package var packets: [Datagram] { Array(datagrams.prefix(count)) }

    /// Removes the packets and keeps the memory that nothing else shares.
    package mutating func removeAll() { count = 0 }

    /// Adds a whole packet, with its head.
    package mutating func append(_ packet: Datagram) {
        if count < datagrams.count { datagrams[count] = packet } else { datagrams.append(packet) }
        count += 1
    }

    /// A writer for the next packet, behind its head.
    ///
    /// - Parameter capacity: how many bytes follow the head at the most.
    mutating func beginPacket(capacity: Int) -> BitWriter {
        var datagram = Datagram()
        if count < datagrams.count { swap(&datagram, &datagrams[count]) }
        datagram.removeAll(keepingCapacity: true)
        let start = count == 0 ? head : laterHead
        datagram.reserve(start.count + capacity)
        datagram.append(contentsOf: start)
        return BitWriter(appendingTo: datagram)
    }

    /// Adds the packet of a writer that ``beginPacket(capacity:)`` returned.
    ///
    /// - Returns: how many bytes it has behind its head.
    mutating func endPacket(_ writer: inout BitWriter) -> Int {
        let bytes = writer.byteCount - (count == 0 ? head : laterHead).count
        append(writer.finish())
        return bytes
    }
}
