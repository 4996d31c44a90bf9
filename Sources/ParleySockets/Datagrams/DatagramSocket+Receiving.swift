internal import ParleyDatagrams

extension DatagramSocket {
    /// What arrives, each datagram with its sender. Ends when the socket is closed.
    public nonisolated var datagrams: Flattened<ReceivedDatagram> { Flattened(mailbox) }

    /// What arrives, as many datagrams at a time as there are.
    public nonisolated var batches: AsyncStream<Batch<ReceivedDatagram>> { mailbox.batches() }

    /// Receives what is there, a bounded number of times. Called on the loop.
    func receiveAvailable() {
        for _ in 0..<Self.receivesPerTurn {
            guard !isReadingPaused, !isClosing, receiveOnce() else { break }
        }
        deliver()
    }

    /// Receives one system call's worth; returns whether there may be more right now.
    private func receiveOnce() -> Bool {
        switch port.receive(into: &incoming) {
        case .received(_, let more):
            open()
            return more
        case .wouldBlock:
            return false
        case .interrupted:
            counts.refused += 1
            return true
        case .failed:
            deliver()
            fail()
            return false
        }
    }

    /// Takes the datagrams out of the packets that have come.
    private func open() {
        let before = received.count
        for packet in incoming.packets {
            let range = packet.offset..<packet.offset + packet.count
            do throws(DatagramFraming.Rejection) {
                let datagram = try options.framing.open(incoming.bytes.slice(range))
                received.append(ReceivedDatagram(datagram: datagram, address: packet.address))
                counts.bytesReceived += packet.count
            } catch {
                counts.invalid += 1
            }
        }
        counts.datagramsReceived += received.count - before
        // Large datagrams are rare; their memory is not kept for the small ones after them.
        if incoming.bytes.capacity > Self.largestSlab { incoming.bytes = Datagram() }
        swap(&incoming.bytes, &slabs[nextSlab])
        nextSlab = (nextSlab + 1) % slabs.count
        incoming.removeAll()
    }

    private static let largestSlab = 256 * 1024

    private func deliver() {
        guard !received.isEmpty else { return }
        let cost = received.reduce(0) { $0 + $1.datagram.count + Self.costPerDatagram }
        let mustPause =
            if let reader {
                reader.deliver(&received, cost: cost, from: self)
            } else {
                mailbox.deliver(&received, cost: cost)
            }
        guard mustPause else { return }
        isReadingPaused = true
        port.setReading(false)
    }

    /// What keeping a datagram costs beside its bytes.
    private static let costPerDatagram = 64

    func resumeReading() {
        guard isReadingPaused, !isClosing else { return }
        isReadingPaused = false
        port.setReading(true)
    }

    /// Puts what is received into a reader's stream instead of its own.
    func attach(to hub: ReaderHub) -> Bool {
        guard reader == nil, !isClosing, hub.insert(.socket(self)) else { return false }
        reader = hub
        received = mailbox.drain()
        resumeReading()
        deliver()
        return true
    }

    /// Puts what is received into the socket's own stream again.
    func detach(from hub: ReaderHub) -> Bool {
        guard reader === hub else { return false }
        hub.remove(.socket(self))
        reader = nil
        resumeReading()
        return true
    }
}

/// Leads the port's readiness into the actor.
final class SocketPortHandler: PortHandler {
    private let socket: DatagramSocket

    init(socket: DatagramSocket) {
        self.socket = socket
    }

    func portBecameReadable() {
        socket.enter { $0.receiveAvailable() }
    }

    func portBecameWritable() {
        socket.enter { $0.sendQueued() }
    }
}
