internal import CParleySystem
internal import ParleyDatagrams

/// A UDP socket of the system.
///
/// Where the system can, neighbouring datagrams for one peer leave as one message that the kernel cuts
/// (`UDP_SEGMENT`), and arrive as one that is cut here (`UDP_GRO`): the kernel's price is per message.
final class SystemDatagramPort: SystemPort, DatagramPort, @unchecked Sendable {
    private var drops: UInt32 = 0
    /// The port number of all local addresses.
    private lazy var number = localAddress.port
    private var joinsSent: Int32
    private var packets = [parley_packet](
        repeating: parley_packet(), count: SystemDatagramPort.packetsPerSend)

    /// How many messages the next call makes room for. It follows what came before, because laying
    /// out room that stays empty costs as much as receiving a datagram.
    private var messagesWanted = SystemDatagramPort.fewestMessages

    private static let fewestMessages = 4
    private static let messagesPerReceive = Int(PARLEY_BATCH)
    private static let packetsPerSend = 256

    /// - Parameter joins: Whether neighbouring datagrams may travel joined.
    init(loop: LoopCore, descriptor: Int32, isIPv6: Bool, joins: Bool) {
        joinsSent = joins ? 1 : 0
        if joins { _ = parley_packets_join_received(descriptor, 1) }
        super.init(loop: loop, descriptor: descriptor, isIPv6: isIPv6)
    }

    var kernelDrops: Int { Int(drops) }

    /// Whether neighbouring datagrams for one peer leave joined.
    var isJoining: Bool { joinsSent != 0 }

    /// Joining is an option of this port; all others are the system's.
    override func set(_ option: SocketOption) throws(SystemError) {
        guard case .joinsPackets(let joins) = option, !isClosed else {
            return try super.set(option)
        }
        try checked(parley_packets_join_received(descriptor, joins ? 1 : 0))
        joinsSent = joins ? 1 : 0
    }

    func receive(into buffer: inout PacketBuffer) -> ReceiveOutcome {
        guard !isClosed else { return .wouldBlock }
        let space = unsafe loop.scratch.forDatagrams().baseAddress
        let room = messagesWanted
        let count = unsafe parley_packets_receive(
            descriptor, space, &packets, Int32(room), &drops)
        guard count >= 0 else { return receiveFailure(SystemError(code: -count)) }
        let received = packets.prefix(Int(count))
        let start = buffer.bytes.count
        let length = received.last.map { Int($0.offset + $0.length) } ?? 0
        unsafe buffer.bytes.append(count: length) { bytes in
            unsafe parley_packets_gather(space, packets, count, bytes)
        }
        let number = number
        for packet in received {
            buffer.addPackets(
                at: start + Int(packet.offset), count: Int(packet.length),
                cutEvery: Int(packet.segment), address: SocketAddress(packet.address),
                local: SocketAddress(local: packet.local, port: number))
        }
        adapt(to: Int(count))
        return .received(Int(count), more: Int(count) == room)
    }

    private func adapt(to count: Int) {
        if count == messagesWanted {
            messagesWanted = min(4 * messagesWanted, Self.messagesPerReceive)
        } else if count < messagesWanted / 8 {
            messagesWanted = max(messagesWanted / 2, Self.fewestMessages)
        }
    }

    func send(_ buffer: borrowing PacketBuffer, from first: Int) -> SendOutcome {
        guard !isClosed else { return .failed(.brokenPipe) }
        let count = min(Self.packetsPerSend, buffer.count - first)
        for index in 0..<count {
            let packet = buffer.packets[first + index]
            // The kernel would read, and send, the bytes beside the buffer.
            precondition(
                packet.offset >= 0 && packet.count >= 0
                    && packet.offset + packet.count <= buffer.bytes.count,
                "a packet lies outside of its buffer")
            packets[index].address = packet.address.system
            packets[index].local = packet.local?.system ?? parley_address()
            packets[index].offset = UInt32(truncatingIfNeeded: packet.offset)
            packets[index].length = UInt32(truncatingIfNeeded: packet.count)
        }
        let sent = unsafe buffer.bytes.withUnsafeBytes { bytes in
            unsafe parley_packets_send(
                descriptor, isIPv6 ? 1 : 0, &joinsSent, bytes.baseAddress, packets, Int32(count))
        }
        guard sent < 0 else { return .sent(Int(sent)) }
        let error = SystemError(code: -sent)
        if error == .wouldBlock || error.isExhaustion { return .wouldBlock }
        return error.concernsOneDatagram ? .refused(error) : .failed(error)
    }

    private func receiveFailure(_ error: SystemError) -> ReceiveOutcome {
        // A lack of memory in the system must not cost all peers the socket.
        if error == .wouldBlock || error.isExhaustion { return .wouldBlock }
        return error.concernsOneDatagram ? .interrupted(error) : .failed(error)
    }
}

extension SocketAddress {
    /// The local address of a packet; `nil` where the system has told none.
    fileprivate init?(local: parley_address, port: UInt16) {
        guard local.high | local.low != 0 else { return nil }
        self.init(high: local.high, low: local.low, scope: local.scope, port: port)
    }
}
