import ParleySockets

extension ZoneServer {
    /// Runs the server until somebody asks the program to end. Then it drains, for as long as is given: a supervisor,
    /// systemd or Kubernetes kills the process after a time of theirs, which is to be longer.
    ///
    /// ```swift
    /// try await server.run(until: { try? await TerminationSignals.request() }, drainingFor: .seconds(25))
    /// ```
    ///
    /// Who is still in after that time stays in the store with the newest checkpoint, as after a crash.
    ///
    /// - Parameters:
    ///   - request: Returns when the program is to end.
    ///   - limit: How long the zone drains at the most.
    /// - Throws: As ``run()``.
    public func run(
        until request: @escaping @Sendable () async -> Void, drainingFor limit: Duration
    ) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.run()
                return true
            }
            group.addTask {
                await request()
                try Task.checkCancellation()
                self.drain()
                let end = self.network.clock.now.advanced(by: limit)
                try await self.network.clock.sleep(until: end, tolerance: nil)
                return false
            }
            defer { group.cancelAll() }
            _ = try await group.next()
        }
    }
}
