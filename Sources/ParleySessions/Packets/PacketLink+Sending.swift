package import ParleyDatagrams
package import ParleyProtocol
package import ParleySockets

/// A packet that is ready to leave, and its way.
package enum PacketDelivery: Sendable {
    /// Over UDP, from one address to the other.
    case udp(Datagram, over: NetworkPath)
    /// As a message of this connection.
    case tunnel(Datagram, over: Connection)

    /// Its bytes on the way.
    package var count: Int {
        switch self {
        case .udp(let datagram, _), .tunnel(let datagram, _): datagram.count
        }
    }
}

extension PacketLink {
    /// Makes the packet of a payload.
    ///
    /// - Parameters:
    ///   - kind: What the payload is.
    ///   - payload: Its bytes.
    ///   - isUrgent: Whether it goes both ways while UDP is in doubt or does not work: commands.
    ///   - now: The time.
    ///   - deliveries: Gets the packets, one or two; none if it may not be sent now.
    package func send(
        _ kind: PacketFrameKind, _ payload: Datagram, isUrgent: Bool = false,
        at now: NetworkInstant, into deliveries: inout [PacketDelivery]
    ) {
        withState { state in
            let (way, time) = (state.machine.way, now.sinceEpoch)
            state.send(kind, payload, over: way, at: time, into: &deliveries)
            guard isUrgent else { return }
            if way == .tunnel {
                // After a pause of the server UDP is there at once, and TCP when it has tried again.
                state.send(kind, payload, over: .udp, at: time, into: &deliveries)
            } else if state.machine.isDoubtful(at: time) {
                state.send(kind, payload, over: .tunnel, at: time, into: &deliveries)
            }
        }
    }

    /// A client asks for the server's newest tick, in the next packet.
    package func ask(mark: UInt32) { withState { $0.machine.ask(mark: mark) } }

    /// A server answers a ping, in the next packet.
    package func answer(mark: UInt32, tick: Tick) {
        withState { $0.machine.answer(ControlFrames.Pong(mark: mark, tick: tick)) }
    }

    /// Does what is due, and makes the protocol's own packets.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - random: Makes the bytes of challenges.
    ///   - deliveries: Gets the packets.
    package func advance(
        to now: NetworkInstant, random: inout some RandomNumberGenerator,
        into deliveries: inout [PacketDelivery]
    ) {
        withState { state in
            guard !state.machine.isSettled(at: now.sinceEpoch) else { return }
            let passage = state.machine.advance(to: now.sinceEpoch)
            if let epoch = passage.retiredEpoch { state.codec.retire(epoch) }
            if passage.movedTo != nil { state.moves += 1 }
            while let packet = state.machine.nextControlPacket(
                at: now.sinceEpoch, challenge: { random.next() })
            {
                state.deliver(packet, into: &deliveries)
            }
        }
    }
}

extension PacketLink.State {
    fileprivate mutating func send(
        _ kind: PacketFrameKind, _ payload: Datagram, over way: PacketWay, at now: Duration,
        into deliveries: inout [PacketDelivery]
    ) {
        // A snapshot through the tunnel waits for no older one: the next is newer.
        if way == .tunnel, kind.isSnapshot, tunnel.map({ $0.queuedCount > 0 }) ?? true { return }
        let permit = machine.packet(
            carrying: payload.count, isFragmentable: kind == .snapshot, over: way, at: now)
        guard case .send(let packet) = permit else { return }
        deliver(packet, into: &deliveries, payloadCount: 1 + payload.count) {
            $0.append(kind.rawValue)
            $0.append(contentsOf: payload)
        }
    }

    fileprivate mutating func deliver(
        _ packet: OutgoingPacket, into deliveries: inout [PacketDelivery], payloadCount: Int = 0,
        payload: (inout Datagram) -> Void = { _ in }
    ) {
        switch packet.destination {
        case .path(let path):
            guard let path = addresses.path(of: path) else { return }
            let size =
                PacketHeader.count + packet.control.byteCount + packet.padding + payloadCount
                + codec.tagCount
            var datagram = Datagram(minimumCapacity: size)
            // A key refuses before it repeats a number: nothing is sent then, and the machine's limits end it.
            guard (try? codec.seal(packet, into: &datagram, payload: payload)) != nil else {
                return
            }
            deliveries.append(.udp(datagram, over: path))
        case .tunnel:
            guard let tunnel else { return }
            var message = Datagram()
            message.append(
                machine.end == .server ? ServerMessage.packetKind : ClientMessage.packetKind)
            packet.encode(session: codec.session, into: &message, payload: payload)
            deliveries.append(.tunnel(message, over: tunnel))
        }
    }
}

extension PacketDelivery {
    /// Lets the packet leave, and waits while the UDP socket is busy.
    ///
    /// - Returns: Whether it was taken.
    @discardableResult
    package func send(over socket: DatagramSocket) async -> Bool {
        switch self {
        case .udp(let datagram, let path):
            return (try? await socket.send(datagram, to: path.remote, from: path.local)) != nil
        case .tunnel(let message, let connection):
            return (try? connection.offer(message)) != nil
        }
    }
}
