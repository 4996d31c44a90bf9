internal import ParleyDatagrams
internal import Synchronization

/// The packets that wait to leave by one UDP socket.
///
/// As with `StreamOutbox`, senders on any thread append under a short lock, and the socket takes
/// all of it once per turn of its loop: that is how a tick's datagrams leave in a few system calls.
final class PacketOutbox: Sendable {
    private struct State {
        var buffer = PacketBuffer()
        var isFlushRequested = false
        /// Bytes that the socket has taken and not yet sent.
        var taken = 0
        var isClosed = false
        var room: Promise<Void>?
        var sent = 0
        var sentBytes = 0

        var waiting: Int { buffer.bytes.count + taken }
    }

    enum Outcome {
        case queued
        case queuedFirst
        case full(Promise<Void>)
    }

    private let state = Mutex(State())
    private let watermark: Int

    init(watermark: Int) {
        self.watermark = max(1, watermark)
    }

    /// Packets and bytes given to the system so far.
    var counts: (datagrams: Int, bytes: Int) { state.withLock { ($0.sent, $0.sentBytes) } }

    func append(_ datagram: Datagram, to address: SocketAddress, framing: DatagramFraming)
        throws(SendError) -> Outcome
    {
        guard datagram.count <= framing.maximumPayload else {
            throw .tooLong(count: datagram.count, limit: framing.maximumPayload)
        }
        let outcome: Outcome? = state.withLock { state in
            guard !state.isClosed else { return nil }
            guard state.waiting < watermark else {
                let room = state.room ?? Promise()
                state.room = room
                return .full(room)
            }
            let start = state.buffer.bytes.count
            framing.seal(datagram, into: &state.buffer.bytes)
            state.buffer.packets.append(
                PacketBuffer.Packet(
                    address: address, offset: start, count: state.buffer.bytes.count - start))
            defer { state.isFlushRequested = true }
            return state.isFlushRequested ? .queued : .queuedFirst
        }
        guard let outcome else { throw .closed(nil) }
        return outcome
    }

    /// Swaps what waits for the caller's empty buffer.
    func take(into buffer: inout PacketBuffer) {
        state.withLock { state in
            state.isFlushRequested = false
            swap(&buffer, &state.buffer)
            state.taken = buffer.bytes.count
        }
    }

    /// Notes that the packets taken have left, or have been given up.
    func emptied(sent: Int, bytes: Int) {
        let room = state.withLock { state in
            state.taken = 0
            state.sent += sent
            state.sentBytes += bytes
            defer { state.room = nil }
            return state.room
        }
        room?.fulfil(())
    }

    func close() {
        let room = state.withLock { state in
            state.isClosed = true
            defer { state.room = nil }
            return state.room
        }
        room?.fulfil(())
    }
}
