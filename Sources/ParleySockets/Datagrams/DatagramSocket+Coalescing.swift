extension DatagramSocket {
    /// Takes every datagram that has arrived: first those that wait in the socket's stream, then
    /// those that the system still holds.
    ///
    /// A caller that runs on the socket's loop calls it without suspending, by `assumeIsolated`; a
    /// game server does so before each tick, so that commands that have arrived count in it. The
    /// stream goes on with what arrives afterwards. Datagrams that a consumer has already taken are
    /// not returned again.
    ///
    /// One call receives at most 64 times, and stops after 8 MiB.
    ///
    /// - Returns: The datagrams in the order of their arrival; after the end of the socket those that
    ///   still wait in its stream.
    public func drain() -> [ReceivedDatagram] {
        var all = mailbox.drain()
        guard !isClosing else { return all }
        let failure = intake.drain(port, framing: options.framing)
        all.append(contentsOf: intake.received)
        intake.received = []
        if let failure { end(.failed(failure)) } else { resumeReading() }
        return all
    }

    /// Begins or ends a pause after a look for datagrams with that outcome.
    ///
    /// The timer reads by itself, without asking the poller: a busy socket is never watched, and an
    /// idle one costs nothing.
    func coalesce(after outcome: DatagramIntake.Outcome) {
        guard options.coalescing > .zero, !isReadingPaused, !isClosing else { return }
        switch outcome {
        case .emptied(hadSome: true):
            port.setReading(false)
            guard nextRead == nil else { return }
            let next = loop.now.advanced(by: options.coalescing)
            nextRead = loop.schedule(at: next) { [weak self] in self?.endPause() }
        case .emptied(hadSome: false), .bounded:
            port.setReading(true)
        case .failed:
            break
        }
    }

    private nonisolated func endPause() {
        enter { socket in
            socket.nextRead = nil
            socket.receiveAvailable()
        }
    }
}
