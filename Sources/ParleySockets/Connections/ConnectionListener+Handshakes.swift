internal import ParleyDatagrams

// The handshakes of an encrypted listener, on its loop. A connection is known to its consumer once its
// handshake has ended, and lives on another loop from then on.
extension ConnectionListener {
    /// Begins the handshake of an accepted socket.
    func beginHandshake(_ port: any StreamPort, with factory: any StreamTransformFactory) {
        guard let reservation = registry.reserve(port.remoteAddress, at: localAddress) else {
            counts.refused += 1
            port.reset()
            return
        }
        let handshake = StreamHandshake(
            port, transform: factory.makeTransform(), loop: loop, lingers: true
        ) { [weak self] result in
            guard let self else { return port.close() }
            self.assumeIsolated { $0.handshakeEnded(reservation, port, result) }
        }
        let dropped = handshakes.add(handshake, id: reservation.id, from: reservation.account)
        handshake.start(by: loop.now.advanced(by: registry.limits.handshakeTimeout))
        if let dropped {
            counts.handshakesDropped += 1
            dropped.end(.failure(.limitExceeded(.handshakes)))
        }
    }

    private func handshakeEnded(
        _ reservation: ConnectionReservation, _ port: any StreamPort,
        _ result: Result<SecuredStream, CloseReason>
    ) {
        _ = handshakes.remove(reservation.id)
        switch result {
        case .success(let stream): admit(reservation, port, stream)
        case .failure(let reason):
            if reason != .limitExceeded(.handshakes), reason != .local {
                counts.handshakesFailed += 1
            }
            // Behind an alert comes an end: a reset could overtake it.
            if case .security = reason { port.close() } else { port.reset() }
            registry.cancel(reservation, reason: reason)
        }
    }

    /// Moves the socket to its loop, and hands the connection out.
    private func admit(
        _ reservation: ConnectionReservation, _ port: any StreamPort, _ stream: SecuredStream
    ) {
        let next = network.nextSocketLoop()
        let moved = port.moved(to: next)
        let home = moved == nil ? loop : next
        guard
            let connection = registry.open(
                reservation, moved ?? port, loop: home, options: options, stream: stream)
        else {
            (moved ?? port).reset()
            return
        }
        counts.accepted += 1
        connection.perform { $0.start() }
        deliver([connection])
    }

    /// Ends all handshakes, because the listener ends.
    func dropHandshakes() {
        for handshake in handshakes.removeAll() { handshake.end(.failure(.local)) }
    }
}
