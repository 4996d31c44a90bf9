extension ConnectionListener {
    /// Runs `body` for each accepted connection, in a child task of its own, and closes the
    /// connection when `body` returns or throws.
    ///
    /// ```swift
    /// try await listener.serve { connection in
    ///     for await datagram in connection.datagrams {
    ///         try await connection.send(datagram)
    ///     }
    /// }
    /// ```
    ///
    /// Closing sends the queued datagrams first. An error ends the connection of the `body` that
    /// threw it and no other. Cancelling the task cancels every `body` and closes its connection;
    /// the listener stays open, so that `serve` can be called again.
    ///
    /// Returns once the listener is closed, or the task is cancelled, and every `body` has ended.
    ///
    /// - Parameters:
    ///   - limit: How long closing a connection may take. It is reset after that.
    ///   - body: Serves one connection.
    ///   - onError: Called with each error that a `body` throws, except `CancellationError`s of a
    ///     cancelled task.
    /// - Throws: `CloseReason.failed` when the system ends the listener.
    public nonisolated func serve(
        closingWithin limit: Duration = .seconds(5),
        _ body: @escaping @Sendable (Connection) async throws -> Void,
        onError: @escaping @Sendable (Connection, any Error) -> Void = { _, _ in }
    ) async throws(CloseReason) {
        await withDiscardingTaskGroup { group in
            for await connection in connections {
                group.addTask {
                    await connection.scope(closingWithin: limit, onError: onError, body)
                }
            }
        }
        if let closeReason, closeReason != .local { throw closeReason }
    }
}

extension Connection {
    /// Runs `body` with the connection and closes it afterwards.
    fileprivate nonisolated func scope(
        closingWithin limit: Duration, onError: @Sendable (Connection, any Error) -> Void,
        _ body: @Sendable (Connection) async throws -> Void
    ) async {
        do {
            try await body(self)
        } catch {
            if !(error is CancellationError && Task.isCancelled) { onError(self, error) }
        }
        await close(within: limit)
    }
}
