public import ParleySecurity
public import ParleySockets

extension ConnectionManager {
    /// Listens for TCP connections, encrypted or not.
    ///
    /// ```swift
    /// let identity = try TLSIdentity(keptIn: "server.pem")
    /// let listener = try await manager.listen(port: 9099, security: .tls(identity))
    /// ```
    ///
    /// Clients have to speak TLS 1.3 and agree on the protocol `parley/1` (ALPN). A connection is handed out
    /// when its handshake has ended. Handshakes run on a thread of their own, within the limits of
    /// `ConnectionLimits`; the manager's `terminations` say why one failed.
    ///
    /// The listener leaves its key for clients of the same user on this machine, which verify it by
    /// `StreamSecurity.Client.automatic`.
    ///
    /// - Parameters:
    ///   - host: A local address or name; `nil` for all local addresses, IPv6 and IPv4, or with
    ///     `StreamSecurity.Server.automatic` for those that only this machine reaches.
    ///   - port: The port; 0 lets the system choose one, which `localAddress` gives.
    ///   - backlog: The number of connections that the system holds until they are accepted.
    ///   - options: The options of accepted connections.
    ///   - security: What protects the connections.
    /// - Throws: `ListenError`.
    public func listen(
        host: String? = nil, port: UInt16 = 0, backlog: Int = 1000,
        options: ConnectionOptions = .init(), security: StreamSecurity.Server
    ) async throws(ListenError) -> ConnectionListener {
        try await listen(
            host: host, port: port, backlog: backlog, options: options, security: security,
            answeringPlain: nil)
    }

    /// The same, with an answer for clients that do not encrypt. It leaves as it is, as their last bytes.
    package func listen(
        host: String?, port: UInt16, backlog: Int = 1000, options: ConnectionOptions,
        security: StreamSecurity.Server, answeringPlain answer: [UInt8]?
    ) async throws(ListenError) -> ConnectionListener {
        let place = try await resolved(host, port: port)
        guard security != .none else {
            return try await listen(at: place, backlog, options, nil)
        }
        let machine = network.nextSocketLoop().machine
        let isForAll = security != .automatic || machine.sharesRecords(with: place)
        if let host, !host.isEmpty, !isForAll { throw .needsIdentity(host: host) }
        let streams = try await streams(for: security, answeringPlain: answer, on: machine)
        let listener = try await listen(
            at: isForAll ? place : .loopback(port: port), backlog, options, streams)
        let address = listener.localAddress
        do throws(ListenError) {
            try await machine.blocking { () throws(ListenError) in
                try streams.remember(port: address.port)
            }
        } catch {
            // Nobody could verify a server that only this machine reaches.
            guard address.isLoopback else { return listener }
            await listener.close()
            throw error
        }
        return listener
    }

    private func resolved(_ host: String?, port: UInt16) async throws(ListenError) -> SocketAddress
    {
        do throws(OpenError) {
            return try await localAddress(host, port: port)
        } catch {
            throw .open(error)
        }
    }

    private func listen(
        at address: SocketAddress, _ backlog: Int, _ options: ConnectionOptions,
        _ streams: ServerStreams?
    ) async throws(ListenError) -> ConnectionListener {
        do throws(OpenError) {
            return try await listen(
                at: address, backlog: backlog, options: options, security: streams)
        } catch {
            throw .open(error)
        }
    }

    private func streams(
        for security: StreamSecurity.Server, answeringPlain answer: [UInt8]?,
        on machine: any Machine
    ) async throws(ListenError) -> ServerStreams {
        do throws(TLSIdentityError) {
            return try await machine.blocking { () throws(TLSIdentityError) in
                let identity =
                    if case .tls(let identity) = security { identity } else { try TLSIdentity() }
                return try ServerStreams(
                    identity: identity, machine: machine, answerToPlain: answer ?? [])
            }
        } catch {
            throw .identity(error)
        }
    }

    /// Connects to a host by TCP, encrypted or not.
    ///
    /// ```swift
    /// let connection = try await manager.connect(to: "localhost", port: 9099, security: .automatic)
    /// ```
    ///
    /// Returns when the server has been verified. Nothing of the game is sent before that.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address. Certificates are judged by it.
    ///   - port: The port, 1 to 65,535.
    ///   - timeout: The time for the whole call, handshake included.
    ///   - options: The options of the connection.
    ///   - security: What protects the connection, and how the server is verified.
    /// - Throws: `ConnectError`; `.security` where the server is not the expected one.
    public func connect(
        to host: String, port: UInt16, timeout: Duration = .seconds(10),
        options: ConnectionOptions = .init(), security: StreamSecurity.Client
    ) async throws(ConnectError) -> Connection {
        guard let contexts = security.contexts else {
            return try await connect(to: host, port: port, timeout: timeout, options: options)
        }
        return try await connect(to: host, port: port, timeout: timeout, options: options) {
            addresses, machine throws(SecurityFailure) in
            try await contexts.transform(
                host: host, port: port, addresses: addresses, machine: machine)
        }
    }
}

extension ConnectionListener {
    /// The identity that new connections see; nil where they are plain.
    public nonisolated var identity: TLSIdentity? { (security as? ServerStreams)?.identity }

    /// Reads the files of the identity again, for a renewed certificate. Connections keep what they have.
    ///
    /// - Throws: `ListenError`; the listener goes on with the identity that it has.
    public nonisolated func reloadIdentity() async throws(ListenError) {
        guard let streams = security as? ServerStreams else { return }
        try await streams.machine.blocking { () throws(ListenError) in
            let renewed: TLSIdentity
            do throws(TLSIdentityError) {
                renewed = try streams.identity.reloaded()
            } catch {
                throw .identity(error)
            }
            try streams.replaceIdentity(renewed)
        }
    }
}

/// An encrypted listener could not begin to listen, or could not change its identity.
public enum ListenError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The socket could not be opened.
    case open(OpenError)
    /// Other machines could reach the listener, and could not verify it: it has no identity.
    case needsIdentity(host: String)
    /// The identity cannot be used.
    case identity(TLSIdentityError)
    /// The key could not be left for clients on this machine.
    case loopbackPin(LoopbackPinError)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .open(let error): error.description
        case .needsIdentity(let host):
            "nothing tells clients of other machines that \(host) is this server: give it an identity "
                + "(security: .tls(TLSIdentity(keptIn: file))), or ask for plain connections by name "
                + "(security: .none)"
        case .identity(let error): error.description
        case .loopbackPin(let error): error.description
        }
    }
}
