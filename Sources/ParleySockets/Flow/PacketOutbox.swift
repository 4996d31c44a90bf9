internal import ParleyDatagrams
internal import Synchronization

/// The packets that wait to leave by one UDP socket.
///
/// As with `StreamOutbox`, senders on any thread append under a short lock, and the socket takes
/// all packets once per turn of its loop, so a tick's datagrams leave in a few system calls.
final class PacketOutbox: Sendable {
    private struct State {
        var gate = OutboxGate()
        var buffer = PacketBuffer()
        /// The cost of the packets that the socket has taken and not yet sent.
        var taken = 0
        var sent = 0
        var sentBytes = 0

        var waiting: Int { PacketOutbox.cost(of: buffer) + taken }
    }

    private let state = Mutex(State())
    private let watermark: Int

    init(watermark: Int) {
        self.watermark = max(1, watermark)
    }

    /// The cost of a queued packet beside its bytes, so that empty packets are bounded too.
    static let costPerPacket = 64

    private static func cost(of buffer: borrowing PacketBuffer) -> Int {
        buffer.bytes.count + buffer.packets.count * costPerPacket
    }

    /// Packets and bytes given to the system so far.
    var counts: (datagrams: Int, bytes: Int) { state.withLock { ($0.sent, $0.sentBytes) } }

    func append(
        _ datagram: Datagram, to address: SocketAddress, from local: SocketAddress? = nil,
        framing: DatagramFraming
    ) throws(SendError) -> QueueOutcome {
        guard datagram.count <= framing.maximumPayload else {
            throw .tooLong(count: datagram.count, limit: framing.maximumPayload)
        }
        let result: Result<QueueOutcome, SendError> = state.withLock { state in
            do throws(SendError) {
                if let room = try state.gate.admit(isFull: state.waiting >= watermark) {
                    return .success(.full(room))
                }
            } catch {
                return .failure(error)
            }
            let start = state.buffer.bytes.count
            framing.seal(datagram, into: &state.buffer.bytes)
            state.buffer.packets.append(
                PacketBuffer.Packet(
                    address: address, local: local, offset: start,
                    count: state.buffer.bytes.count - start))
            return .success(state.gate.queued())
        }
        return try result.get()
    }

    /// Swaps the waiting packets for the caller's empty buffer.
    func take(into buffer: inout PacketBuffer) {
        state.withLock { state in
            state.gate.taken()
            swap(&buffer, &state.buffer)
            state.taken = Self.cost(of: buffer)
        }
    }

    /// Notes that the packets taken have been sent or dropped.
    func emptied(sent: Int, bytes: Int) {
        let room = state.withLock { state in
            state.taken = 0
            state.sent += sent
            state.sentBytes += bytes
            return state.gate.takeWaiting()
        }
        room?.fulfil(())
    }

    /// Refuses everything from now on with `error`.
    func close(with error: SendError) {
        state.withLock { $0.gate.refuse(with: error) }?.fulfil(())
    }
}
