extension ConnectionManager {
    /// Connects to a host by TCP, encrypts the connection, and verifies the peer.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address.
    ///   - port: The port, 1 to 65,535.
    ///   - timeout: The time for the whole call, handshake included.
    ///   - options: The options of the connection.
    ///   - transform: Makes what encrypts, once the host's addresses are known.
    /// - Throws: `ConnectError`; `.security` where the peer is not the expected one. Nothing was sent to it
    ///   then.
    package func connect(
        to host: String, port: UInt16, timeout: Duration, options: ConnectionOptions,
        securedBy transform:
            @Sendable ([SocketAddress], any Machine) async throws(SecurityFailure)
            -> any StreamTransform
    ) async throws(ConnectError) -> Connection {
        let loop = network.nextSocketLoop()
        let deadline = network.clock.now.advanced(by: timeout)
        let addresses = try await resolve(host, port: port, by: deadline, timeout: timeout)
        let made: any StreamTransform
        do throws(SecurityFailure) {
            made = try await transform(addresses, loop.machine)
        } catch {
            // A server that does not run has left no key: that it does not answer says more.
            if addresses.allSatisfy({ loop.machine.sharesRecords(with: $0) }) {
                let socket = try await open(
                    to: addresses, on: loop, deadline: deadline, timeout: timeout, options: options)
                loop.perform { socket.close() }
            }
            throw .security(error)
        }
        let socket = try await open(
            to: addresses, on: loop, deadline: deadline, timeout: timeout, options: options)
        let stream = try await handshake(
            socket, made, on: loop, deadline: deadline, timeout: timeout)
        return try await adopt(socket, on: loop, options: options, stream: stream)
    }

    private func handshake(
        _ port: any StreamPort, _ transform: any StreamTransform, on loop: any SocketLoop,
        deadline: NetworkInstant, timeout: Duration
    ) async throws(ConnectError) -> SecuredStream {
        let ended = Promise<Result<SecuredStream, CloseReason>>()
        let handshake = StreamHandshake(port, transform: transform, loop: loop, lingers: false) {
            result in
            if case .failure = result { port.close() }
            ended.fulfil(result)
        }
        loop.perform { handshake.start(by: deadline) }
        let result: Result<SecuredStream, CloseReason>
        do {
            result = try await ended.value()
        } catch {
            loop.perform {
                handshake.end(.failure(.local))
                // It may have succeeded meanwhile.
                port.close()
            }
            throw .cancelled
        }
        switch result {
        case .success(let stream): return stream
        case .failure(.security(let failure)): throw .security(failure)
        case .failure(.limitExceeded): throw .timedOut(after: timeout)
        case .failure(let reason):
            let error: SystemError =
                if case .failed(let error) = reason { error } else { .connectionReset }
            throw .failed([ConnectError.Attempt(address: port.remoteAddress, error: error)])
        }
    }
}
