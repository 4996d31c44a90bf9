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
    /// ``StreamSecurity/Client/automatic``.
    ///
    /// - Parameters:
    ///   - host: A local address or name; `nil` for all local addresses, IPv6 and IPv4.
    ///   - port: The port; 0 lets the system choose one, which `localAddress` gives.
    ///   - backlog: The number of connections that the system holds until they are accepted.
    ///   - options: The options of accepted connections.
    ///   - security: What protects the connections.
    /// - Throws: ``ListenError``.
    public func listen(
        host: String? = nil, port: UInt16 = 0, backlog: Int = 1000,
        options: ConnectionOptions = .init(), security: StreamSecurity.Server
    ) async throws(ListenError) -> ConnectionListener {
        let streams = try await streams(for: security)
        let listener: ConnectionListener
        do throws(OpenError) {
            listener = try await listen(
                at: try await localAddress(host, port: port), backlog: backlog,
                options: options, security: streams)
        } catch {
            throw .open(error)
        }
        guard let streams else { return listener }
        let address = listener.localAddress
        do throws(ListenError) {
            try await streams.machine.blocking { () throws(ListenError) in
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

    private func streams(for security: StreamSecurity.Server) async throws(ListenError)
        -> ServerStreams?
    {
        guard case .tls(let identity) = security else { return nil }
        let machine = network.nextSocketLoop().machine
        do throws(TLSIdentityError) {
            return try await machine.blocking { () throws(TLSIdentityError) in
                try ServerStreams(identity: identity, machine: machine)
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
    /// - Throws: ``ListenError``; the listener goes on with the identity that it has.
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
    /// The identity cannot be used.
    case identity(TLSIdentityError)
    /// The key could not be left for clients on this machine.
    case loopbackPin(LoopbackPinError)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .open(let error): error.description
        case .identity(let error): error.description
        case .loopbackPin(let error): error.description
        }
    }
}
