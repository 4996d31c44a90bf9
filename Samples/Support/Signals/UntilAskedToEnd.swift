extension Signals {
    /// Runs `body` until it returns, or until the program is asked to end (Ctrl-C, `kill`): then its
    /// task is cancelled, which is how everything here winds itself up, and waited for.
    package func untilAskedToEnd(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { await self.endRequest() }
            try await group.next()
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                // That is the end that was asked for.
            }
        }
    }
}
