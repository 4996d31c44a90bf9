internal import ParleyDatagrams
internal import ParleySockets

/// A UDP socket on a conditioned link.
final class ConditionedDatagramPort: ConditionedPort, DatagramPort, @unchecked Sendable {
    private let base: any DatagramPort
    private var outgoing: DatagramLine
    private var incoming: DatagramLine
    /// Datagrams that have arrived, and the latest error of the socket.
    private var arrived = PacketBuffer()
    private var pendingOutcome: ReceiveOutcome?
    private var scratch = PacketBuffer()

    private static let receivesPerTurn = 4

    init(_ base: any DatagramPort, loop: any SocketLoop, conditions: Conditions) {
        self.base = base
        outgoing = DatagramLine(conditions.outgoing, random: conditions.nextChance())
        incoming = DatagramLine(conditions.incoming, random: conditions.nextChance())
        super.init(base, loop: loop, conditions: conditions)
    }

    var kernelDrops: Int { base.kernelDrops }

    override var isReadable: Bool { !arrived.isEmpty || pendingOutcome != nil }
    override var isDrained: Bool { outgoing.isEmpty }

    /// When the consumer does not take the datagrams, the system's buffer drops and counts them. There
    /// is always room to send, because a link without room drops.
    override var watched: (reading: Bool, writing: Bool) { (wantsReading && !isClosed, false) }

    override func nextStep(at now: NetworkInstant) -> NetworkInstant? {
        let incoming = isClosed ? nil : incoming.nextArrival()
        return [outgoing.nextArrival(), incoming].compactMap { $0 }.min()
    }

    override func move(at now: NetworkInstant) {
        sendArrived(at: now)
        if !isClosed { incoming.takeArrived(at: now, into: &arrived) }
    }

    // MARK: Out

    func send(_ packets: borrowing PacketBuffer, from first: Int) -> SendOutcome {
        guard !isClosed else { return .failed(.brokenPipe) }
        let now = now
        for packet in packets.packets[first...] {
            outgoing.send(
                packets.bytes(of: packet), address: packet.address, local: packet.local, at: now)
        }
        sendArrived(at: now)
        settle()
        return .sent(packets.count - first)
    }

    /// Sends the datagrams that have arrived over the link to the port underneath. A refusal of the
    /// system, or a full buffer, is a loss by now.
    private func sendArrived(at now: NetworkInstant) {
        scratch.removeAll()
        outgoing.takeArrived(at: now, into: &scratch)
        var next = 0
        while next < scratch.count {
            switch base.send(scratch, from: next) {
            case .sent(let count): next += count
            case .refused: next += 1
            case .wouldBlock: return
            case .failed(let error):
                pendingOutcome = .failed(error)
                return
            }
        }
    }

    // MARK: In

    func receive(into packets: inout PacketBuffer) -> ReceiveOutcome {
        guard !isClosed else { return .wouldBlock }
        // A caller may ask before the timer of an arrival that is due.
        incoming.takeArrived(at: now, into: &arrived)
        if arrived.isEmpty {
            defer { pendingOutcome = nil }
            return pendingOutcome ?? .wouldBlock
        }
        let count = arrived.count
        if packets.isEmpty {
            swap(&packets, &arrived)
        } else {
            for packet in arrived.packets {
                arrived.bytes(of: packet).withSpan {
                    packets.append($0, address: packet.address, local: packet.local)
                }
            }
        }
        arrived.removeAll()
        return .received(count, more: pendingOutcome != nil)
    }

    override func receive(at now: NetworkInstant) {
        for _ in 0..<Self.receivesPerTurn {
            scratch.removeAll()
            let outcome = base.receive(into: &scratch)
            guard case .received(_, let more) = outcome else {
                if case .wouldBlock = outcome { return }
                pendingOutcome = outcome
                return
            }
            for packet in scratch.packets {
                incoming.send(
                    scratch.bytes(of: packet), address: packet.address, local: packet.local,
                    at: now)
            }
            guard more else { return }
        }
    }
}

extension PacketBuffer {
    /// One packet's bytes, as a slice of the buffer's.
    fileprivate borrowing func bytes(of packet: Packet) -> Datagram {
        bytes.slice(packet.offset..<packet.offset + packet.count)
    }
}
