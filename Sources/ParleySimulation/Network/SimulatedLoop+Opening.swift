public import ParleySockets

extension SimulatedLoop {
    /// Opens a socket that listens for TCP connections.
    public func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort
    {
        let bound = try place(address)
        let port = SimulatedListenerPort(host: host, localAddress: bound, backlog: backlog)
        guard host.ports.add(port, at: bound.port) else {
            port.close()
            throw OpenError(step: .bind, place: "\(address)", error: .addressInUse)
        }
        return port
    }

    /// Opens a UDP socket.
    public func openDatagrams(at address: SocketAddress, options: [SocketOption])
        throws(OpenError) -> any DatagramPort
    {
        let bound = try place(address)
        let shares = options.contains(.reusePort(true))
        let port = SimulatedDatagramPort(
            host: host, localAddress: bound, sharesPort: shares, isEphemeral: address.port == 0)
        guard host.ports.add(port, at: bound.port, sharing: shares) else {
            port.close()
            throw OpenError(step: .bind, place: "\(address)", error: .addressInUse)
        }
        return port
    }

    /// Begins to connect to `address`.
    public func openStream(to address: SocketAddress, options: [SocketOption])
        throws(SystemError) -> any StreamPort
    {
        guard host.power.isOn else { throw .networkDown }
        var local = address.isLoopback ? address : host.address
        local.port = host.ports.takeEphemeral()
        let port = SimulatedStreamPort(
            host: host, localAddress: local, remoteAddress: address, isConnecting: true)
        host.ports.add(port)
        host.connect(port)
        return port
    }

    /// The address with a port, if it is the host's own.
    private func place(_ address: SocketAddress) throws(OpenError) -> SocketAddress {
        guard host.power.isOn else {
            throw OpenError(step: .open, place: "\(address)", error: .networkDown)
        }
        var bound = address
        bound.port = 0
        guard address.isAny || address.isLoopback || bound == host.address else {
            throw OpenError(step: .bind, place: "\(address)", error: .addressNotAvailable)
        }
        bound.port = address.port == 0 ? host.ports.takeEphemeral() : address.port
        return bound
    }
}
