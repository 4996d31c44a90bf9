package import ParleyDatagrams

/// The sealed part of a packet: the protocol's own frames, and at most one payload behind them.
package struct PacketFrames: Sendable {
    /// The last frame, whose bytes are not the protocol's to understand.
    package struct Payload: Sendable {
        /// Its kind, one whose ``PacketFrameKind/isPayload`` is true.
        package let kind: PacketFrameKind
        /// Its bytes.
        package let bytes: Datagram

        package init(kind: PacketFrameKind, bytes: Datagram) {
            self.kind = kind
            self.bytes = bytes
        }
    }

    /// The protocol's own frames.
    package var control = ControlFrames()
    /// The last frame.
    package var payload: Payload?

    /// No frames.
    package init() {}

    /// Reads the sealed part of a packet. The payload is a slice of it.
    ///
    /// - Parameters:
    ///   - plaintext: All bytes between the header and the tag.
    ///   - sender: The end that sent them.
    package init(_ plaintext: Datagram, from sender: SessionEnd) throws(DatagramError) {
        guard !plaintext.isEmpty else {
            throw .invalidValue(expected: "frames", found: "an empty packet", offset: 0)
        }
        var reader = plaintext.reader
        while !reader.isAtEnd {
            let offset = reader.offset
            let byte: UInt8 = try reader.read()
            guard let kind = PacketFrameKind(rawValue: byte), kind.isSent(by: sender) else {
                throw .invalidValue(
                    expected: "a frame of a \(sender)", found: "kind \(byte)", offset: offset)
            }
            if kind.isPayload {
                payload = Payload(kind: kind, bytes: reader.readRemaining())
            } else if kind != .padding {
                try control.read(kind, from: &reader)
            }
        }
    }

    /// Whether the receiver has to acknowledge the packet.
    package var asksForAcknowledgement: Bool { payload != nil || control.asksForAcknowledgement }
}
