extension ConnectionManager {
    /// Connects to a host by TCP.
    ///
    /// All addresses of the host are tried, 250 ms after one another (RFC 8305); the first that
    /// answers counts. Looking the name up counts against the timeout. Cancelling the task ends the
    /// call at once.
    ///
    /// The caller must close the connection; `connect(to:port:timeout:options:_:)` does so itself.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address.
    ///   - port: The port, 1 to 65,535.
    ///   - timeout: The time for the whole call.
    ///   - options: The options of the connection.
    /// - Throws: `ConnectError`.
    public func connect(
        to host: String, port: UInt16, timeout: Duration = .seconds(10),
        options: ConnectionOptions = .init()
    ) async throws(ConnectError) -> Connection {
        let loop = network.nextSocketLoop()
        let deadline = network.clock.now.advanced(by: timeout)
        let addresses = try await resolve(host, port: port, by: deadline, timeout: timeout)
        return try await connect(
            to: addresses, on: loop, deadline: deadline, timeout: timeout, options: options)
    }

    /// Connects to `address` by TCP.
    ///
    /// - Throws: `ConnectError`.
    public func connect(
        to address: SocketAddress, timeout: Duration = .seconds(10),
        options: ConnectionOptions = .init()
    ) async throws(ConnectError) -> Connection {
        try await connect(
            to: [address], on: network.nextSocketLoop(),
            deadline: network.clock.now.advanced(by: timeout), timeout: timeout, options: options)
    }

    /// Connects to a host by TCP, runs `body` with the connection, and closes it when `body` returns
    /// or throws.
    ///
    /// ```swift
    /// try await manager.connect(to: "localhost", port: 9099) { connection in
    ///     try await connection.send(question)
    ///     for await answer in connection.datagrams { … }
    /// }
    /// ```
    ///
    /// Closing sends the queued datagrams first, for five seconds at most.
    ///
    /// - Returns: The result of `body`.
    /// - Throws: `ConnectError`, or the error of `body`.
    public func connect<Result>(
        to host: String, port: UInt16, timeout: Duration = .seconds(10),
        options: ConnectionOptions = .init(), _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await connect(
            to: host, port: port, timeout: timeout, options: options)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }

    private func connect(
        to addresses: [SocketAddress], on loop: any SocketLoop, deadline: NetworkInstant,
        timeout: Duration, options: ConnectionOptions
    ) async throws(ConnectError) -> Connection {
        let port = try await open(
            to: addresses, on: loop, deadline: deadline, timeout: timeout, options: options)
        return try await adopt(port, on: loop, options: options, stream: nil)
    }

    /// Opens a socket to the first of the addresses that answers.
    func open(
        to addresses: [SocketAddress], on loop: any SocketLoop, deadline: NetworkInstant,
        timeout: Duration, options: ConnectionOptions
    ) async throws(ConnectError) -> any StreamPort {
        let race = ConnectionRace(to: addresses, on: loop, options: options.systemOptions)
        switch try await race.outcome(by: deadline) {
        case .success(let port):
            return port
        case .failure(let failure):
            let isSilence = failure.attempts.allSatisfy { $0.error == .timedOut }
            throw isSilence && failure.isOutOfTime
                ? .timedOut(after: timeout) : .failed(failure.attempts)
        }
    }

    func adopt(
        _ port: any StreamPort, on loop: any SocketLoop, options: ConnectionOptions,
        stream: SecuredStream?
    ) async throws(ConnectError) -> Connection {
        guard
            let connection = registry.adopt(port, loop: loop, options: options, stream: stream)
        else {
            loop.perform { port.close() }
            throw .closed
        }
        await connection.start()
        return connection
    }

    /// Looks the host up, until `deadline` at the latest.
    func resolve(
        _ host: String, port: UInt16, by deadline: NetworkInstant, timeout: Duration
    ) async throws(ConnectError) -> [SocketAddress] {
        let network = network
        let result = await withTaskGroup(
            of: Result<[SocketAddress], ConnectError>?.self
        ) { group in
            group.addTask {
                do throws(ResolveError) {
                    return .success(try await network.resolve(host, port: port))
                } catch {
                    return error == .cancelled ? nil : .failure(.unresolved(error))
                }
            }
            group.addTask {
                let slept: Void? = try? await network.clock.sleep(until: deadline, tolerance: nil)
                return slept.map { .failure(.timedOut(after: timeout)) }
            }
            let first = await group.next()
            group.cancelAll()
            return first ?? nil
        }
        guard let result else { throw .cancelled }
        return try result.get()
    }
}
