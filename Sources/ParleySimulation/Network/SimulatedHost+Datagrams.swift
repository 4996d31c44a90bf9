internal import ParleyDatagrams
internal import ParleySockets

extension SimulatedHost {
    /// Sends a datagram over the link, from one of the host's addresses, or from the one that it prefers.
    func send(
        _ bytes: Datagram, from socket: SimulatedDatagramPort, _ local: SocketAddress,
        to address: SocketAddress
    ) {
        guard let target = fabric.host(at: address, from: self) else { return }
        let route = fabric.route(from: self, to: target)
        var from = local.isAny ? fabric.address(of: self, seenFrom: target) : local
        from.port = target === self ? socket.localAddress.port : socket.outsidePort
        let packet = FlyingDatagram(
            bytes: bytes, source: self, from: from, target: target, to: address)
        guard target === self || !from.isLoopback else {
            return note(packet, "lost: the address is good on the host itself only")
        }
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
        scheduler.schedule(at: arrival) {
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
        scheduler.trace.mix(UInt64(index) << 32 | UInt64(packet.to.port))
        bytes.withSpan { scheduler.trace.mix($0) }
        let sockets = ports.sockets(at: packet.to.port, seenByItself: packet.source === self)
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
            : sockets[(packet.source.index &+ Int(packet.from.port)) % sockets.count]
        socket.arrive(bytes, from: way.source, to: way.target)
    }

    /// Sends the ICMP message of a closed port, which may get lost.
    private func refuse(_ packet: FlyingDatagram) {
        let source = packet.source
        let route = fabric.route(from: self, to: source)
        let outcome = route.link.carry(
            packet.bytes.count, at: scheduler.now, using: &scheduler.random)
        guard case .delivered(let transit, _) = outcome else { return }
        scheduler.schedule(at: route.pastClog(transit.arrival)) {
            guard !route.isCut(at: self.scheduler.now), source.power.isOn else { return }
            let sockets = source.ports.sockets(
                at: packet.from.port, seenByItself: source === self)
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
    let from: SocketAddress
    let target: SimulatedHost
    let to: SocketAddress

    /// Its ends, as the network sees them.
    var way: DatagramWay {
        DatagramWay(from: from, to: to.isAny ? .loopback(port: to.port) : to)
    }

    var description: String {
        "UDP \(source):\(from.port) → \(target):\(to.port), \(bytes.count) bytes:"
    }
}
