package import ParleyDatagrams

/// The payload of a server's packet: the world, for one client.
package enum ServerPayload: Sendable {
    /// The world at a tick, after this many of a plain client's commands.
    case snapshot(tick: Tick, acknowledged: UInt32, payload: Datagram)
    /// A ``SnapshotPacket``, for a predicting client.
    case worldSnapshot(Datagram)

    /// Reads a payload; nil for one that a server does not send.
    package init?(_ payload: PacketFrames.Payload) throws(DatagramError) {
        switch payload.kind {
        case .snapshot:
            var reader = payload.bytes.reader
            self = .snapshot(
                tick: Tick(number: try reader.read()), acknowledged: try reader.read(),
                payload: reader.readRemaining())
        case .worldSnapshot:
            self = .worldSnapshot(payload.bytes)
        default:
            return nil
        }
    }

    /// A snapshot whose payload is already encoded, because it is the same for all clients.
    package static func appendSnapshot(
        tick: Tick, acknowledged: UInt32, encoded payload: Datagram, to datagram: inout Datagram
    ) {
        datagram.append(tick.number)
        datagram.append(acknowledged)
        datagram.append(contentsOf: payload)
    }
}
