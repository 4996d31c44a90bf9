internal import ParleyDatagrams
internal import ParleySockets

/// A UDP socket of a simulated host.
final class SimulatedDatagramPort: SimulatedPort, DatagramPort, @unchecked Sendable {
    /// Datagrams that have arrived and wait to be read.
    private var arrived: [(bytes: Datagram, address: SocketAddress, local: SocketAddress?)] = []
    private var arrivedBytes = 0
    private var refusal: SystemError?
    private var isBusy = false
    private(set) var kernelDrops = 0
    let sharesPort: Bool
    /// Whether the system chose the number.
    let isEphemeral: Bool
    /// The number that other hosts see it under: its own, until a router forgets it.
    private(set) var outsidePort: UInt16

    /// The receive buffer, in bytes: Linux's default.
    private static let receiveBuffer = 212_992
    private static let overhead = 256
    private static let largestDatagram = 65_507
    private static let mostPerCall = 64

    init(
        host: SimulatedHost, localAddress: SocketAddress, sharesPort: Bool, isEphemeral: Bool
    ) {
        self.sharesPort = sharesPort
        self.isEphemeral = isEphemeral
        outsidePort = localAddress.port
        super.init(host: host, localAddress: localAddress)
    }

    override var isReadable: Bool { !arrived.isEmpty || refusal != nil }
    override var isWritable: Bool { !isBusy }

    override func didClose() {
        host.ports.remove(self, at: localAddress.port)
        arrived = []
    }

    // MARK: Receiving

    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome {
        guard !isClosed else { return .wouldBlock }
        if let refusal {
            self.refusal = nil
            return .interrupted(refusal)
        }
        guard !arrived.isEmpty else { return .wouldBlock }
        var count = min(arrived.count, Self.mostPerCall)
        if scheduler.random.happens(faults.partialReads) {
            count = 1 + scheduler.random.index(below: count)
        }
        for (bytes, address, local) in arrived[..<count] {
            bytes.withSpan { packets.append($0, address: address, local: local) }
            arrivedBytes -= bytes.count + Self.overhead
        }
        arrived.removeFirst(count)
        return .received(count, more: !arrived.isEmpty)
    }

    /// A datagram has come to one of the host's addresses; there may be no room for it.
    func arrive(_ bytes: Datagram, from address: SocketAddress, to destination: SocketAddress) {
        let cost = bytes.count + Self.overhead
        guard arrivedBytes + cost <= Self.receiveBuffer else {
            kernelDrops += 1
            return
        }
        arrivedBytes += cost
        // As with the system, a socket that is bound to one address is not told which.
        var local = localAddress.isAny ? destination : nil
        local?.port = localAddress.port
        arrived.append((bytes, address, local))
        readinessChanged()
    }

    /// An ICMP message: nothing listens at an address that the socket has sent to.
    func arrive(_ error: SystemError) {
        refusal = error
        readinessChanged()
    }

    // MARK: Sending

    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome {
        guard !isClosed else { return .failed(.brokenPipe) }
        if scheduler.random.happens(faults.busyWrites) {
            becomeBusy()
            return .wouldBlock
        }
        var count = min(Self.mostPerCall, packets.count - first)
        if scheduler.random.happens(faults.partialWrites) {
            count = 1 + scheduler.random.index(below: count)
        }
        for index in first..<first + count {
            let packet = packets.packets[index]
            guard packet.count <= Self.largestDatagram else {
                return index == first ? .refused(.messageTooLong) : .sent(index - first)
            }
            guard let source = source(asking: packet.local) else {
                return index == first ? .refused(.addressNotAvailable) : .sent(index - first)
            }
            let range = packet.offset..<packet.offset + packet.count
            let bytes = packets.bytes.withSpan { Datagram(copying: $0.extracting(range)) }
            host.send(bytes, from: self, source, to: packet.address)
        }
        return .sent(count)
    }

    /// The address from which a packet leaves: the one asked for, the socket's own, or any, for the host
    /// to choose; nil for one that the host does not have.
    private func source(asking local: SocketAddress?) -> SocketAddress? {
        guard let local, !local.isAny else {
            return localAddress.isLoopback ? .any(port: 0) : localAddress
        }
        return host.has(local) ? local : nil
    }

    private func becomeBusy() {
        isBusy = true
        scheduler.schedule(after: .milliseconds(1)) {
            self.isBusy = false
            self.readinessChanged()
        }
    }

    /// A router between this host and the others gives the socket another number: what is sent to
    /// the old one is lost from now on.
    func rebind(to number: UInt16) {
        host.ports.rebind(self, from: outsidePort, to: number)
        outsidePort = number
    }
}
