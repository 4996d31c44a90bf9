package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// What a packet brought.
package struct PacketArrival: Sendable {
    /// What the peer sent to the game. A slice of the scratch memory: keep it no longer than until the next packet.
    package var payload: PacketFrames.Payload?
    /// A client's question.
    package var ping: UInt32?
    /// A server's answer.
    package var pong: ControlFrames.Pong?
    /// The round trip to the peer, as the packets' acknowledgements show it.
    package var roundTrip: Duration?
    /// Whether an answer is to leave at once: to a question, or to an address that is new.
    package var wantsAnswer = false
}

extension PacketLink {
    /// Takes a packet that came over UDP.
    ///
    /// - Parameters:
    ///   - packet: All of its bytes.
    ///   - header: Its header.
    ///   - address: Where it came from.
    ///   - local: The local address to which it was sent; nil at a client, whose path is the server's address.
    ///   - now: The time.
    ///   - scratch: Memory for the plaintext, used again for the next packet.
    /// - Throws: The reason why it is dropped.
    package func receive(
        _ packet: Datagram, _ header: PacketHeader, from address: SocketAddress,
        to local: SocketAddress? = nil, at now: NetworkInstant, scratch: inout Datagram
    ) throws(PacketDrop) -> PacketArrival {
        let path = NetworkPath(remote: address, local: local)
        return try withState { (state) throws(PacketDrop) in
            try state.receive(packet, header, over: path, at: now.sinceEpoch, &scratch)
        }
    }

    /// Takes a packet that came through the tunnel.
    package func receiveTunnelled(
        _ packet: Datagram, at now: NetworkInstant
    ) throws(PacketDrop) -> PacketArrival {
        try withState { (state) throws(PacketDrop) in
            try state.receiveTunnelled(packet, at: now.sinceEpoch)
        }
    }
}

extension PacketLink.State {
    fileprivate mutating func receive(
        _ packet: Datagram, _ header: PacketHeader, over path: NetworkPath,
        at now: Duration, _ scratch: inout Datagram
    ) throws(PacketDrop) -> PacketArrival {
        let id = addresses.id(of: path)
        let pending = try machine.admit(header, count: packet.count, from: id, at: now)
        guard let plaintext = codec.open(packet, as: pending, scratch: &scratch) else {
            if machine.failed() { isExhausted = true }
            throw .forged
        }
        let frames =
            pending.isDuplicate ? nil : try? PacketFrames(plaintext, from: machine.end.peer)
        if let welcomed = welcomed.take() { machine.begin(withRoundTrip: now - welcomed) }
        let before = machine.paths.currentID
        defer {
            // Even if the packet claims too much: it came from there, and no other address may get the number.
            let current = machine.paths.currentID
            if id == current || id == machine.paths.candidateID {
                addresses.keep(path, as: id, current: current)
            }
            if before != nil, current != before { moves += 1 }
        }
        let receipt = try machine.opened(
            pending, frames: frames, count: packet.count, from: id, at: now)
        if pending.isDuplicate { throw .duplicate }
        guard let frames else { throw .malformed }
        var arrival = PacketArrival(frames, roundTrip: machine.sent.roundTrip.smoothed)
        if receipt.path != nil { arrival.wantsAnswer = true }
        return arrival
    }

    fileprivate mutating func receiveTunnelled(
        _ packet: Datagram, at now: Duration
    ) throws(PacketDrop) -> PacketArrival {
        let pending = try machine.admitTunnelled(try PacketHeader(packet))
        let plaintext = packet.slice(PacketHeader.count...)
        let frames = try? PacketFrames(plaintext, from: machine.end.peer)
        _ = try machine.tunnelled(pending, frames: frames, at: now)
        guard let frames else { throw .malformed }
        return PacketArrival(frames, roundTrip: machine.sent.roundTrip.smoothed)
    }
}

extension PacketArrival {
    fileprivate init(_ frames: PacketFrames, roundTrip: Duration?) {
        self.roundTrip = roundTrip
        payload = frames.payload
        ping = frames.control.ping
        pong = frames.control.pong
        wantsAnswer = ping != nil || frames.control.challenge != nil
    }
}
