internal import ParleySockets

extension SimulatedHost {
    /// The direction that is cut, seen from the host.
    public enum Direction: String, Sendable, CaseIterable {
        /// The host receives nothing; what it sends arrives.
        case incoming
        /// The host receives; nothing that it sends arrives.
        case outgoing
        /// Both directions.
        case both
    }

    /// Whether the host is up.
    public var isUp: Bool { power.isOn }

    /// Whether the simulation's random faults may strike the host; true by default.
    public var isExposed: Bool {
        get { power.isExposed }
        set { power.isExposed = newValue }
    }

    /// Stops the host for `duration`, like a machine that swaps, a laptop that sleeps or a process
    /// that is stopped: nothing on it runs, while its sockets go on receiving and its clock goes on.
    ///
    /// Afterwards all timers that became due run at once. A second pause during the first extends it.
    public func pause(for duration: Duration) {
        let end = scheduler.now.advanced(by: duration)
        guard power.isOn, end > power.pauseEnd ?? scheduler.now else { return }
        note("pauses for \(duration)")
        power.pauseEnd = end
        for life in lives { life.loop.pause() }
        scheduler.schedule(after: duration) { self.endPause(at: end) }
    }

    /// Ends the pause that ends then, unless another has replaced it or a crash has ended it.
    private func endPause(at end: NetworkInstant) {
        if power.pauseEnd == end { endPause() }
    }

    private func endPause() {
        guard power.pauseEnd != nil else { return }
        power.pauseEnd = nil
        for life in lives where life.programsToCancel == 0 { life.loop.resume() }
    }

    /// Sets the host's date forward, or back by a negative time, in whole seconds.
    ///
    /// Certificates are judged by the date, and nothing else: timers and ``clock`` go on as before.
    public func moveDate(by time: Duration) {
        note("sets its date by \(time)")
        self.time.dateOffset += time.components.seconds
    }

    /// Cuts the host off from all others for `duration`.
    public func isolate(_ direction: Direction, for duration: Duration) {
        note("is cut off (\(direction.rawValue)) for \(duration)")
        let end = scheduler.now.advanced(by: duration)
        for other in fabric.hosts where other !== self {
            if direction != .incoming { fabric.route(from: self, to: other).cut(until: end) }
            if direction != .outgoing { fabric.route(from: other, to: self).cut(until: end) }
        }
    }

    /// Moves the host's UDP sockets to other ports, as other hosts see them: the router between has
    /// lost its table (NAT rebinding).
    ///
    /// A socket that was opened at a fixed port keeps it, like a server behind a forwarding rule.
    public func rebind() {
        note("is seen at other UDP ports")
        for case let port as SimulatedDatagramPort in ports.all where port.isEphemeral {
            port.rebind(to: ports.takeEphemeral())
        }
    }

    /// Breaks the host's TCP connections: both ends see a reset.
    public func resetConnections() {
        note("loses its TCP connections")
        for port in ports.streams { port.breakOff() }
    }

    /// Crashes the host: its sockets vanish without a message to their peers, and its programs are
    /// cancelled. After `outage` it starts them again (see `keepRunning(_:)`).
    public func crash(for outage: Duration) {
        guard power.isOn else { return }
        note("crashes, for \(outage)")
        endPause()
        power.isOn = false
        let crashed = life
        if crashed.programs > 0 { beginNextLife() }
        for port in ports.all { port.vanish() }
        ports.removeAll()
        power.start = Promise()
        if crashed !== life { crashed.crash.fulfil(()) }
        scheduler.schedule(after: outage) {
            self.note("starts again")
            self.power.isOn = true
            self.power.start.fulfil(())
        }
    }

    func note(_ event: @autoclosure () -> String) {
        scheduler.trace.note(at: scheduler.now, "\(self) \(event())")
    }
}

extension SimulatedHost {
    /// Runs `body` on this host, whose pauses hold it.
    public func run<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withTaskExecutorPreference(callersLoop.taskExecutor, operation: body)
    }

    /// Runs a program on this host, and again after each crash, until it ends by itself.
    ///
    /// A crash cancels the program, and the next start waits for its end. What it does meanwhile has no
    /// effect on the network: its sockets are gone, and it can open no others, even after the host has
    /// started again. The records that it leaves there are lost, too; earlier ones stay, like files.
    /// Nothing can keep it from objects that it shares with its next life, so the closure must create
    /// everything that is to be lost: the memory of the program.
    ///
    /// - Throws: What the program throws, other than after a crash.
    public func keepRunning(_ program: @escaping @Sendable () async throws -> Void) async throws {
        power.programs += 1
        defer { power.programs -= 1 }
        while true {
            if !power.isOn { try await power.start.value() }
            // Not on this host, whose loop is paused until its programs are cancelled.
            let ending = await withTaskExecutorPreference(fabric.home.loop.taskExecutor) {
                await live(program, in: life)
            }
            try Task.checkCancellation()
            switch ending {
            case .crashed: continue
            case .ended(let result): return try result.get()
            }
        }
    }

    private enum LifeEnd: Sendable {
        case ended(Result<Void, any Error>)
        case crashed
    }

    private func live(
        _ program: @escaping @Sendable () async throws -> Void, in life: HostLife
    ) async -> LifeEnd {
        life.programs += 1
        defer { life.programs -= 1 }
        return await withTaskGroup(of: LifeEnd.self) { group in
            group.addTask(executorPreference: life.loop.taskExecutor) {
                do {
                    return .ended(.success(try await program()))
                } catch {
                    return .ended(.failure(error))
                }
            }
            group.addTask {
                _ = try? await life.crash.value()
                return .crashed
            }
            let first = await group.next() ?? .crashed
            group.cancelAll()
            if life.crash.current != nil, life.programWasCancelled(), power.pauseEnd == nil {
                life.loop.resume()
            }
            return first
        }
    }
}
