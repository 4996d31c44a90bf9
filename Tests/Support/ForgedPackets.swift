package import ParleyDatagrams
package import ParleyProtocol

/// Packets of a bystander, who knows the format and perhaps the session's number, but no key and no token.
package enum ForgedPackets {
    /// A packet with these frames and a tag of zeros.
    package static func packet(
        _ frames: Datagram, of session: SessionNumber, number: UInt64 = 1, epoch: UInt32 = 0,
        tagCount: Int = 16
    ) -> Datagram {
        Datagram {
            PacketHeader(session: session, epoch: epoch, number: number).encode(into: &$0)
            $0.append(contentsOf: frames)
            $0.appendPadding(tagCount)
        }
    }

    /// A plain client's snapshot of this tick.
    package static func snapshot(
        tick: Tick, of session: SessionNumber, payload: Datagram, number: UInt64 = 1
    ) -> Datagram {
        let frames = Datagram {
            $0.append(PacketFrameKind.snapshot.rawValue)
            ServerPayload.appendSnapshot(tick: tick, acknowledged: 0, encoded: payload, to: &$0)
        }
        return packet(frames, of: session, number: number)
    }
}
