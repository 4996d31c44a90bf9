package import ParleyDatagrams

/// The frames of a packet that are the protocol's own, at most one of each kind.
package struct ControlFrames: Hashable, Sendable {
    /// The answer to a ping: its mark, and the newest tick.
    package struct Pong: Hashable, Sendable {
        package let mark: UInt32
        package let tick: Tick

        package init(mark: UInt32, tick: Tick) {
            self.mark = mark
            self.tick = tick
        }
    }

    /// What the sender received.
    package var acknowledgement: PacketAcknowledgement?
    /// A question for the newest tick. Only the client understands its mark.
    package var ping: UInt32?
    /// The answer to a ping.
    package var pong: Pong?
    /// Eight random bytes that only a peer behind this packet's address can return.
    package var challenge: UInt64?
    /// The bytes of the peer's challenge.
    package var response: UInt64?

    /// No frames.
    package init() {}

    /// Whether there are none.
    package var isEmpty: Bool { !asksForAcknowledgement && acknowledgement == nil }

    /// Whether the peer has to acknowledge a packet with these frames and nothing else. Otherwise two
    /// ends would acknowledge each other's acknowledgements.
    package var asksForAcknowledgement: Bool {
        ping != nil || pong != nil || challenge != nil || response != nil
    }

    /// The length on the wire, in bytes.
    package var byteCount: Int {
        (acknowledgement == nil ? 0 : 1 + PacketAcknowledgement.byteCount)
            + (ping == nil ? 0 : 5) + (pong == nil ? 0 : 9)
            + (challenge == nil ? 0 : 9) + (response == nil ? 0 : 9)
    }

    /// Appends the frames, ``byteCount`` bytes.
    package func encode(into datagram: inout Datagram) {
        if let acknowledgement {
            datagram.append(PacketFrameKind.acknowledgement.rawValue)
            datagram.append(acknowledgement.newest)
            datagram.append(acknowledgement.history)
        }
        if let ping {
            datagram.append(PacketFrameKind.ping.rawValue)
            datagram.append(ping)
        }
        if let pong {
            datagram.append(PacketFrameKind.pong.rawValue)
            datagram.append(pong.mark)
            datagram.append(pong.tick.number)
        }
        if let challenge {
            datagram.append(PacketFrameKind.challenge.rawValue)
            datagram.append(challenge)
        }
        if let response {
            datagram.append(PacketFrameKind.response.rawValue)
            datagram.append(response)
        }
    }

    /// Reads a frame behind its kind.
    mutating func read(
        _ kind: PacketFrameKind, from reader: inout DatagramReader
    ) throws(DatagramError) {
        let offset = reader.offset - 1
        let isRepeated =
            switch kind {
            case .acknowledgement:
                acknowledgement.updateFirst(
                    PacketAcknowledgement(newest: try reader.read(), history: try reader.read()))
            case .ping: ping.updateFirst(try reader.read())
            case .pong:
                pong.updateFirst(
                    Pong(mark: try reader.read(), tick: Tick(number: try reader.read())))
            case .challenge: challenge.updateFirst(try reader.read())
            case .response: response.updateFirst(try reader.read())
            default: false
            }
        guard !isRepeated else {
            throw .invalidValue(
                expected: "one frame of each kind", found: "a second \(kind)", offset: offset)
        }
    }
}

extension Optional {
    /// Sets the value.
    ///
    /// - Returns: Whether there was one already.
    fileprivate mutating func updateFirst(_ value: Wrapped) -> Bool {
        defer { self = value }
        return self != nil
    }
}
