extension ConnectionManager {
    /// Connects to a host by TCP.
    ///
    /// The name's look-up counts against the timeout, every address that the host has is tried, and
    /// cancelling the task ends it at once. Nothing blocks meanwhile.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address.
    ///   - port: The port, 1 to 65,535.
    ///   - timeout: For all of it. An address that doesn't answer gets its share only.
    ///   - options: What the connection is like.
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

    private func connect(
        to addresses: [SocketAddress], on loop: any SocketLoop, deadline: NetworkInstant,
        timeout: Duration, options: ConnectionOptions
    ) async throws(ConnectError) -> Connection {
        var attempts: [ConnectError.Attempt] = []
        for (index, address) in addresses.enumerated() {
            let now = network.clock.now
            let share = now.duration(to: deadline) / (addresses.count - index)
            let attempt = StreamAttempt(to: address, on: loop, options: options)
            switch try await attempt.outcome(by: now.advanced(by: share)) {
            case .success(let port):
                return try await adopt(port, on: loop, options: options)
            case .failure(let error):
                attempts.append(ConnectError.Attempt(address: address, error: error))
            }
        }
        let isSilence = attempts.allSatisfy { $0.error == .timedOut }
        throw isSilence && network.clock.now >= deadline
            ? .timedOut(after: timeout) : .failed(attempts)
    }

    private func adopt(
        _ port: any StreamPort, on loop: any SocketLoop, options: ConnectionOptions
    ) async throws(ConnectError) -> Connection {
        guard let connection = registry.adopt(port, loop: loop, options: options) else {
            loop.perform { port.close() }
            throw .limitReached
        }
        await connection.start()
        return connection
    }

    /// Looks the host up, but no longer than until `deadline`.
    private func resolve(
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

/// One try to connect to one address.
///
/// `@unchecked Sendable`: the variables are touched on the loop only.
private final class StreamAttempt: PortHandler, @unchecked Sendable {
    private let address: SocketAddress
    private let loop: any SocketLoop
    private let options: ConnectionOptions
    private let result = Promise<Result<any StreamPort, SystemError>>()
    private var port: (any StreamPort)?
    private var timer: LoopTimer?

    init(to address: SocketAddress, on loop: any SocketLoop, options: ConnectionOptions) {
        self.address = address
        self.loop = loop
        self.options = options
    }

    /// Waits for the connection, or why there is none.
    ///
    /// - Throws: `ConnectError.cancelled` only.
    func outcome(by deadline: NetworkInstant) async throws(ConnectError)
        -> Result<any StreamPort, SystemError>
    {
        loop.perform { self.begin(deadline: deadline) }
        do {
            return try await result.value()
        } catch {
            loop.perform { self.abandon() }
            throw .cancelled
        }
    }

    private func begin(deadline: NetworkInstant) {
        guard result.current == nil else { return }
        do throws(SystemError) {
            let port = try loop.openStream(to: address, options: options.systemOptions)
            self.port = port
            try port.start(self, reading: false, writing: true)
        } catch {
            end(.failure(error))
            return
        }
        timer = loop.schedule(at: deadline) { self.end(.failure(.timedOut)) }
    }

    func portBecameReadable() {}

    func portBecameWritable() {
        guard let port else { return }
        if let error = port.connectError() { end(.failure(error)) } else { end(.success(port)) }
    }

    /// Ends the try with whatever comes first.
    private func end(_ outcome: Result<any StreamPort, SystemError>) {
        guard result.current == nil else { return }
        if let timer { loop.cancel(timer) }
        timer = nil
        defer { port = nil }
        if case .success(let port) = outcome { port.stop() } else { port?.close() }
        result.fulfil(outcome)
    }

    /// Nobody waits any more: ends the try, or closes what it has brought.
    private func abandon() {
        end(.failure(.timedOut))
        if case .success(let port) = result.current { port.close() }
    }
}
