internal import CParleySystem

/// A listening TCP socket of the system.
final class SystemListenerPort: SystemPort, ListenerPort, @unchecked Sendable {
    func accept(onto loop: any SocketLoop) -> AcceptOutcome {
        guard !isClosed else { return .wouldBlock }
        guard let loop = loop as? EventLoop else {
            preconditionFailure("a connection of the system lives on an EventLoop")
        }
        var peer = parley_address()
        let accepted = unsafe parley_socket_accept(descriptor, &peer)
        guard accepted < 0 else {
            return .accepted(
                SystemStreamPort(
                    loop: loop.core, descriptor: accepted, isIPv6: isIPv6,
                    remoteAddress: SocketAddress(peer)))
        }
        let error = SystemError(code: -accepted)
        if error == .wouldBlock { return .wouldBlock }
        if error.isExhaustion { return .exhausted(error) }
        return error.isListenerFailure ? .failed(error) : .aborted
    }
}
