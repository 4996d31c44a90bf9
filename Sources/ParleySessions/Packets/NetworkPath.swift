package import ParleySockets

/// The two addresses between which packets over UDP travel (RFC 9000: a path).
package struct NetworkPath: Hashable, Sendable {
    /// The peer's address.
    package var remote: SocketAddress
    /// The address of this machine to which the peer sends, and from which it is answered. nil where the socket
    /// has only one, and at a client, whose system chooses.
    package var local: SocketAddress?

    /// The path between two addresses.
    package init(remote: SocketAddress, local: SocketAddress? = nil) {
        self.remote = remote
        self.local = local
    }
}
