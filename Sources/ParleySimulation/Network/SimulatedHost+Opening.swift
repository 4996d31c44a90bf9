package import ParleySockets

extension SimulatedHost: SocketOpener {
    package func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort
    {
        let bound = try place(address)
        let port = SimulatedListenerPort(host: self, localAddress: bound, backlog: backlog)
        guard ports.add(port, at: bound.port) else {
            port.close()
            throw OpenError(step: .bind, place: "\(address)", error: .addressInUse)
        }
        return port
    }

    package func openDatagrams(at address: SocketAddress, options: [SocketOption])
        throws(OpenError) -> any DatagramPort
    {
        let bound = try place(address)
        let shares = options.contains(.reusePort(true))
        let port = SimulatedDatagramPort(
            host: self, localAddress: bound, sharesPort: shares, isEphemeral: address.port == 0)
        guard ports.add(port, at: bound.port, sharing: shares) else {
            port.close()
            throw OpenError(step: .bind, place: "\(address)", error: .addressInUse)
        }
        return port
    }

    package func openStream(to address: SocketAddress, options: [SocketOption])
        throws(SystemError) -> any StreamPort
    {
        guard power.isOn else { throw .networkDown }
        var local = address.isLoopback ? address : self.address
        local.port = ports.takeEphemeral()
        let port = SimulatedStreamPort(
            host: self, localAddress: local, remoteAddress: address, isConnecting: true)
        ports.add(port)
        connect(port)
        return port
    }

    /// The address with a port, if it is one of the host's own.
    private func place(_ address: SocketAddress) throws(OpenError) -> SocketAddress {
        guard power.isOn else {
            throw OpenError(step: .open, place: "\(address)", error: .networkDown)
        }
        guard address.isAny || has(address) else {
            throw OpenError(step: .bind, place: "\(address)", error: .addressNotAvailable)
        }
        var bound = address
        bound.port = address.port == 0 ? ports.takeEphemeral() : address.port
        return bound
    }
}
