internal import ParleyDatagrams
internal import ParleySockets

extension SimulatedHost {
    /// Sends a datagram over the link.
    func send(_ bytes: Datagram, from socket: SimulatedDatagramPort, to address: SocketAddress) {
        guard let target = fabric.host(at: address, from: self) else { return }
        let route = fabric.route(from: self, to: target)
        let number = target === self ? socket.localAddress.port : socket.outsidePort
        let packet = FlyingDatagram(
            bytes: bytes, source: self, sourcePort: number, target: target, port: address.port)
        fabric.observer?.sent(bytes, over: packet.way, at: scheduler.now)
        switch route.link.carry(bytes.count, at: scheduler.now, using: &scheduler.random) {
        case .lost(let reason):
            note(packet, "lost: \(reason)")
        case .delivered(let transit, let copy):
            fly(packet, transit, over: route)
            if let copy { fly(packet, copy, over: route) }
        }
    }

    private func fly(_ packet: FlyingDatagram, _ transit: Transit, over route: Route) {
        let arrival = route.pastClog(transit.arrival)
        _ = scheduler.schedule(at: arrival) {
            guard !route.isCut(at: self.scheduler.now) else {
                return self.note(packet, "lost: the way is cut")
            }
            packet.target.arrive(packet, transit.damage)
        }
    }

    /// A datagram has got to this host.
    private func arrive(_ packet: FlyingDatagram, _ damage: Damage) {
        guard power.isOn else { return note(packet, "lost: \(self) is down") }
        let bytes = packet.bytes.damaged(damage)
        scheduler.trace.mix(UInt64(index) << 32 | UInt64(packet.port))
        bytes.withSpan { scheduler.trace.mix($0) }
        let sockets = ports.sockets(at: packet.port, seenByItself: packet.source === self)
        guard let first = sockets.first else {
            note(packet, "refused: nobody has the port")
            return refuse(packet)
        }
        note(packet, damage == .none ? "arrives" : "arrives with \(damage)")
        let way = packet.way
        fabric.observer?.arrived(
            bytes, over: way, isIntact: damage == .none, at: scheduler.now)
        // Sockets that share a port each get the senders that fall to them, as with the system.
        let socket =
            sockets.count == 1
            ? first
            : sockets[(packet.source.index &+ Int(packet.sourcePort)) % sockets.count]
        socket.arrive(bytes, from: way.source)
    }

    /// Sends the ICMP message of a closed port, which may get lost.
    private func refuse(_ packet: FlyingDatagram) {
        let source = packet.source
        let route = fabric.route(from: self, to: source)
        let outcome = route.link.carry(
            packet.bytes.count, at: scheduler.now, using: &scheduler.random)
        guard case .delivered(let transit, _) = outcome else { return }
        _ = scheduler.schedule(at: route.pastClog(transit.arrival)) {
            guard !route.isCut(at: self.scheduler.now), source.power.isOn else { return }
            let sockets = source.ports.sockets(
                at: packet.sourcePort, seenByItself: source === self)
            sockets.first?.arrive(.connectionRefused)
        }
    }

    private func note(_ packet: FlyingDatagram, _ event: @autoclosure () -> String) {
        scheduler.trace.note(at: scheduler.now, "\(packet) \(event())")
    }
}

/// A datagram under way.
private struct FlyingDatagram: Sendable, CustomStringConvertible {
    let bytes: Datagram
    let source: SimulatedHost
    let sourcePort: UInt16
    let target: SimulatedHost
    let port: UInt16

    /// Its ends, as the network sees them.
    var way: DatagramWay {
        let fabric = source.fabric
        return DatagramWay(
            from: fabric.address(of: source, port: sourcePort, seenFrom: target),
            to: fabric.address(of: target, port: port, seenFrom: source))
    }

    var description: String {
        "UDP \(source):\(sourcePort) → \(target):\(port), \(bytes.count) bytes:"
    }
}
