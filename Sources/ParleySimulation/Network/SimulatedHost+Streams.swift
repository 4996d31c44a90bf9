internal import ParleySockets

extension SimulatedHost {
    /// Begins to connect: sends a request, and repeats it while no answer arrives.
    func connect(_ port: SimulatedStreamPort) {
        guard let target = fabric.host(at: port.remoteAddress, from: self) else {
            port.connectFailed(.timedOut)
            return
        }
        ask(target, for: port, after: .seconds(1))
    }

    /// Sends one request for a connection; the next one follows after `timeout`, doubled each time
    /// (RFC 6298). The caller gives up after its own timeout.
    private func ask(
        _ target: SimulatedHost, for port: SimulatedStreamPort, after timeout: Duration
    ) {
        guard !port.isClosed, port.isConnecting else { return }
        scheduler.schedule(after: timeout) {
            guard timeout < .seconds(64) else { return port.connectFailed(.timedOut) }
            self.ask(target, for: port, after: timeout * 2)
        }
        let route = fabric.route(from: self, to: target)
        let outcome = route.link.carryPacket(
            Self.segmentBytes, at: scheduler.now, using: &scheduler.random)
        guard case .delivered(let transit, _) = outcome else { return }
        scheduler.schedule(at: route.pastClog(transit.arrival)) {
            guard !route.isCut(at: self.scheduler.now), target.power.isOn, port.isConnecting,
                !port.isClosed
            else { return }
            target.answer(port, of: self)
        }
    }

    /// The size of a segment without bytes, headers counted.
    private static let segmentBytes = 60

    /// Another host asks for a connection.
    private func answer(_ port: SimulatedStreamPort, of client: SimulatedHost) {
        let number = port.remoteAddress.port
        guard port.isUnanswered else { return }
        guard let listener = ports.listener(at: number) else {
            return refuse(port, of: client)
        }
        guard !listener.isFull else { return }
        let accepted = SimulatedStreamPort(
            host: self, localAddress: port.remoteAddress, remoteAddress: port.localAddress,
            isConnecting: false)
        ports.add(accepted)
        let there = StreamPipe(from: client, to: self)
        let back = StreamPipe(from: self, to: client)
        port.connect(incoming: back, outgoing: there)
        accepted.connect(incoming: there, outgoing: back)
        listener.enqueue(accepted)
        back.send(.answer)
    }

    /// Refuses a connection. Where the refusal gets lost, the next request is refused again.
    private func refuse(_ port: SimulatedStreamPort, of client: SimulatedHost) {
        let route = fabric.route(from: self, to: client)
        let outcome = route.link.carryPacket(
            Self.segmentBytes, at: scheduler.now, using: &scheduler.random)
        guard case .delivered(let transit, _) = outcome else { return }
        scheduler.schedule(at: route.pastClog(transit.arrival)) {
            guard !route.isCut(at: self.scheduler.now) else { return }
            port.connectFailed(.connectionRefused)
        }
    }
}
