internal import ParleyDatagrams

/// The receiving half of a UDP socket: the datagrams of the present turn and the memory for them.
///
/// A value, because variables of an actor are checked for overlapping accesses at each use: several
/// times per datagram.
struct DatagramIntake {
    /// Datagrams on their way to the mailbox or a reader.
    var received: [ReceivedDatagram] = []
    private(set) var counts = DatagramSocketStatistics()
    private var packets = PacketBuffer()
    /// The memory of earlier calls, which is reused once no datagram refers to it.
    private var slabs = [Datagram](repeating: Datagram(), count: receivesPerTurn)
    private var nextSlab = 0

    /// System calls in a turn. The bound gives the consumer and other sockets their turn.
    private static let receivesPerTurn = 4
    /// Bounds of one drain, against a peer that sends faster than the caller takes.
    private static let receivesPerDrain = 64
    private static let bytesPerDrain = 8 << 20
    private static let largestSlab = 256 * 1024

    /// The bytes that the received datagrams count towards their mailbox's bound.
    var cost: Int {
        received.reduce(0) { $0 + $1.datagram.count + PacketOutbox.costPerPacket }
    }

    /// The result of receiving a bounded number of times.
    enum Outcome {
        /// The system holds no more datagrams; `hadSome` tells whether it held any.
        case emptied(hadSome: Bool)
        /// The bound was reached before the system was empty.
        case bounded
        /// The port is broken.
        case failed(SystemError)
    }

    /// Receives what the system holds, by at most `calls` system calls.
    mutating func receive(
        from port: any DatagramPort, framing: DatagramFraming, calls: Int = receivesPerTurn
    ) -> Outcome {
        var hadSome = false
        for _ in 0..<calls {
            switch port.receive(into: &packets) {
            case .received(_, let more):
                hadSome = true
                open(framing)
                if !more { return .emptied(hadSome: true) }
            case .interrupted: counts.refused += 1
            case .wouldBlock: return .emptied(hadSome: hadSome)
            case .failed(let error): return .failed(error)
            }
        }
        return .bounded
    }

    /// Receives until the system is empty, bounded in calls and bytes; returns the error that has
    /// broken the port, if any.
    mutating func drain(_ port: any DatagramPort, framing: DatagramFraming) -> SystemError? {
        let end = counts.bytesReceived + Self.bytesPerDrain
        for _ in 0..<Self.receivesPerDrain where counts.bytesReceived < end {
            switch receive(from: port, framing: framing, calls: 1) {
            case .emptied: return nil
            case .bounded: continue
            case .failed(let error): return error
            }
        }
        return nil
    }

    /// Checks the packets received and keeps their datagrams.
    private mutating func open(_ framing: DatagramFraming) {
        let before = received.count
        for packet in packets.packets {
            let range = packet.offset..<packet.offset + packet.count
            do throws(DatagramFraming.Rejection) {
                let datagram = try framing.open(packets.bytes.slice(range))
                received.append(
                    ReceivedDatagram(
                        datagram: datagram, address: packet.address, localAddress: packet.local))
                counts.bytesReceived += packet.count
            } catch {
                counts.invalid += 1
            }
        }
        counts.datagramsReceived += received.count - before
        // Large datagrams are rare, so their memory is not kept for small ones.
        if packets.bytes.capacity > Self.largestSlab { packets.bytes = Datagram() }
        swap(&packets.bytes, &slabs[nextSlab])
        nextSlab = (nextSlab + 1) % slabs.count
        packets.removeAll()
    }
}
