extension Signals {
    /// Runs `body` until it returns or the system asks the program to end (Ctrl-C, `kill`). The request
    /// cancels the task of `body`, and the call waits for its end.
    package func untilAskedToEnd(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            group.addTask { await self.endRequest() }
            try await group.next()
            group.cancelAll()
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                // The request has cancelled it.
            }
        }
    }
}
