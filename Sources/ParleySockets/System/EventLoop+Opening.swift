internal import CParleySystem

extension EventLoop: SocketLoop {
    package func requestFlush(_ handler: any TurnEndHandler) {
        core.requestFlush(handler)
    }

    package var machine: any Machine { system }

    package var handshakeLoop: any SocketLoop { system.handshakeLoop() ?? self }

    package func openListener(at address: SocketAddress, backlog: Int, options: [SocketOption])
        throws(OpenError) -> any ListenerPort
    {
        requireCurrent()
        let socket = try open(address, isStream: true, options: options)
        let result = parley_socket_listen(socket.descriptor, Int32(clamping: backlog))
        guard result >= 0 else {
            throw socket.failure(.listen, address, SystemError(code: -result))
        }
        return SystemListenerPort(
            loop: core, descriptor: socket.descriptor, isIPv6: socket.isIPv6)
    }

    package func openDatagrams(at address: SocketAddress, options: [SocketOption])
        throws(OpenError) -> any DatagramPort
    {
        requireCurrent()
        let socket = try open(address, isStream: false, options: options)
        _ = parley_socket_set(
            socket.descriptor, socket.isIPv6 ? 1 : 0, PARLEY_OPTION_COUNT_DROPS, 1)
        return SystemDatagramPort(
            loop: core, descriptor: socket.descriptor, isIPv6: socket.isIPv6,
            joins: !options.contains(.joinsPackets(false)))
    }

    package func openStream(to address: SocketAddress, options: [SocketOption])
        throws(SystemError) -> any StreamPort
    {
        requireCurrent()
        let descriptor = try checked(parley_socket_open(address.isIPv6 ? 1 : 0, 1))
        let port = SystemStreamPort(
            loop: core, descriptor: descriptor, isIPv6: address.isIPv6, remoteAddress: address)
        for option in options { try port.set(option) }
        var system = address.system
        let result = unsafe parley_socket_connect(descriptor, address.isIPv6 ? 1 : 0, &system)
        if result < 0 {
            let error = SystemError(code: -result)
            guard error == .inProgress else { throw error }
        }
        return port
    }

    private struct OpenSocket {
        let descriptor: Int32
        let isIPv6: Bool

        /// Closes the socket and says why it is of no use.
        func failure(_ step: OpenError.Step, _ address: SocketAddress, _ error: SystemError)
            -> OpenError
        {
            parley_close(descriptor)
            return OpenError(step: step, place: "\(address)", error: error)
        }
    }

    /// A bound socket. For "any address" it is a dual-stack one where the machine has IPv6, else an
    /// IPv4 one.
    private func open(_ address: SocketAddress, isStream: Bool, options: [SocketOption])
        throws(OpenError) -> OpenSocket
    {
        if address.isAny && address.isIPv6 {
            do {
                return try openBound(address, isStream: isStream, options: options)
            } catch
                where error.error == .addressFamilyNotSupported
                || error.error == .addressNotAvailable
            {
                let anyIPv4 = SocketAddress(ipv4: (0, 0, 0, 0), port: address.port)
                return try openBound(anyIPv4, isStream: isStream, options: options)
            }
        }
        return try openBound(address, isStream: isStream, options: options)
    }

    private func openBound(_ address: SocketAddress, isStream: Bool, options: [SocketOption])
        throws(OpenError) -> OpenSocket
    {
        let isIPv6 = address.isIPv6
        let descriptor = parley_socket_open(isIPv6 ? 1 : 0, isStream ? 1 : 0)
        guard descriptor >= 0 else {
            throw OpenError(
                step: .open, place: "\(address)", error: SystemError(code: -descriptor))
        }
        let socket = OpenSocket(descriptor: descriptor, isIPv6: isIPv6)
        do {
            if isIPv6 { try SocketOption.ipv6Only(false).apply(to: descriptor, isIPv6: true) }
            // Before it is bound, so that no packet comes without.
            if !isStream, address.isAny {
                try checked(parley_packets_report_local(descriptor, isIPv6 ? 1 : 0))
            }
            for option in options where isStream || !option.isJoining {
                try option.apply(to: descriptor, isIPv6: isIPv6)
            }
        } catch {
            throw socket.failure(.configure, address, error)
        }
        var system = address.system
        let bound = unsafe parley_socket_bind(descriptor, isIPv6 ? 1 : 0, &system)
        guard bound >= 0 else {
            throw socket.failure(.bind, address, SystemError(code: -bound))
        }
        return socket
    }
}
