package import ParleyDatagrams

/// A server's datagram over UDP.
package enum ServerPacket: Sendable {
    /// The answer to a ping, with the ping's own mark and the newest tick.
    case pong(mark: UInt32, tick: Tick)
    /// The world at a tick, after this many of the client's commands.
    case snapshot(tick: Tick, acknowledged: UInt32, payload: Datagram)
    /// A ``SnapshotPacket``, for a predicting client.
    case worldSnapshot(Datagram)

    private enum Kind {
        static let pong: UInt8 = 1
        static let snapshot: UInt8 = 2
        static let worldSnapshot: UInt8 = 3
    }

    /// Reads a datagram.
    package init(_ datagram: Datagram) throws(DatagramError) {
        var reader = datagram.reader
        let kind: UInt8 = try reader.read()
        switch kind {
        case Kind.pong:
            self = .pong(mark: try reader.read(), tick: Tick(number: try reader.read()))
        case Kind.snapshot:
            self = .snapshot(
                tick: Tick(number: try reader.read()), acknowledged: try reader.read(),
                payload: reader.readRemaining())
        case Kind.worldSnapshot:
            self = .worldSnapshot(reader.readRemaining())
        default:
            throw .unknownKind(kind, expected: "a server's packet (1, 2 or 3)", at: 0)
        }
        try reader.expectEnd()
    }

    /// A pong.
    package static func pong(encodingMark mark: UInt32, tick: Tick) -> Datagram {
        Datagram {
            $0.append(Kind.pong)
            $0.append(mark)
            $0.append(tick.number)
        }
    }

    /// A snapshot whose payload is already encoded, because it is the same for all clients.
    package static func snapshot(
        tick: Tick, acknowledged: UInt32, encoded payload: Datagram
    ) -> Datagram {
        var packet = Datagram(minimumCapacity: SessionFormat.snapshotHeaderBytes + payload.count)
        packet.append(Kind.snapshot)
        packet.append(tick.number)
        packet.append(acknowledged)
        packet.append(contentsOf: payload)
        return packet
    }

    /// The first byte of a snapshot packet, for packets that are written in one go.
    package static var worldSnapshotKind: UInt8 { Kind.worldSnapshot }

    /// A snapshot for one predicting client.
    package static func worldSnapshot(encoding worldSnapshot: SnapshotPacket, layout: EntityLayout)
        -> Datagram
    {
        Datagram {
            $0.append(Kind.worldSnapshot)
            worldSnapshot.encode(into: &$0, layout: layout)
        }
    }
}
