package import ParleySecurity
package import ParleySockets

extension ConnectionManager {
    /// Loads what a server of a realm shows and demands, where it delays no loop.
    package func load(_ credentials: RealmCredentials) async throws(TLSIdentityError)
        -> RealmSecurity
    {
        try await network.nextSocketLoop().machine.blocking { () throws(TLSIdentityError) in
            try RealmSecurity(credentials)
        }
    }

    /// Listens for TCP connections of servers of the same realm.
    ///
    /// A connection is handed out when its client has shown a certificate that the realm's authority has signed
    /// and the date allows: `connection.security` has its name. Others fail in the handshake.
    ///
    /// - Parameters:
    ///   - host: A local address or name; `nil` for all local addresses, IPv6 and IPv4.
    ///   - port: The port; 0 lets the system choose one.
    ///   - options: The options of accepted connections.
    ///   - realm: The own credentials.
    /// - Throws: `OpenError`.
    package func listen(
        host: String?, port: UInt16, options: ConnectionOptions, realm: RealmSecurity
    ) async throws(OpenError) -> ConnectionListener {
        try await listen(
            at: try await localAddress(host, port: port), backlog: 1000, options: options,
            security: realm.streams(on: network.nextSocketLoop().machine))
    }

    /// Connects to a server of the same realm.
    ///
    /// Returns when that has shown a certificate of the realm: `connection.security` has its name. The server may
    /// still refuse this end's certificate: then the connection ends with an alert.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address. Certificates are not judged by it.
    ///   - port: The port, 1 to 65,535.
    ///   - timeout: The time for the whole call, handshake included.
    ///   - options: The options of the connection.
    ///   - realm: The own credentials.
    /// - Throws: `ConnectError`; `.security` where the server is none of the realm.
    package func connect(
        to host: String, port: UInt16, timeout: Duration, options: ConnectionOptions,
        realm: RealmSecurity
    ) async throws(ConnectError) -> Connection {
        try await connect(to: host, port: port, timeout: timeout, options: options) {
            _, machine throws(SecurityFailure) in
            try realm.stream(host: host, port: port, machine: machine)
        }
    }
}
