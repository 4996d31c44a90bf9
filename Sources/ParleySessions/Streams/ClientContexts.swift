internal import ParleySecurity
internal import ParleySockets
internal import Synchronization

/// Makes the transforms of a client's connections. What verifies servers is loaded once.
final class ClientContexts: Sendable {
    /// How servers are verified; nil for the choice by the server's address.
    private let trust: TLSTrust?
    private let loaded = Mutex<[TLSTrust: TLSClientContext]>([:])

    init(trust: TLSTrust?) {
        self.trust = trust
    }

    /// The transform of one connection to a server.
    func transform(
        host: String, port: UInt16, addresses: [SocketAddress], machine: any Machine
    ) async throws(SecurityFailure) -> any StreamTransform {
        let context: TLSClientContext
        if let trust {
            context = try await self.context(for: trust, machine: machine)
        } else {
            let trust = try await automaticTrust(
                host: host, port: port, addresses: addresses, machine: machine)
            context = try await self.context(for: trust, machine: machine)
        }
        do throws(TLSTrustError) {
            return TLSStream(
                try TLSEngine(
                    connecting: context, host: host, port: port, time: machine.date))
        } catch {
            throw SecurityFailure(error, isLostConnection: false)
        }
    }

    /// The key that a server on this machine left; for others the system's authorities.
    private func automaticTrust(
        host: String, port: UInt16, addresses: [SocketAddress], machine: any Machine
    ) async throws(SecurityFailure) -> TLSTrust {
        guard let address = addresses.first,
            addresses.allSatisfy({ machine.sharesRecords(with: $0) })
        else {
            guard SocketAddress(host: host, port: port) == nil else {
                throw SecurityFailure(UnnamedServerError(address: host), isLostConnection: false)
            }
            return .system
        }
        do throws(LoopbackPinError) {
            let pin = try await machine.blocking { () throws(LoopbackPinError) in
                try LoopbackKeys(at: address, from: machine).read(port: port)
            }
            return .pin(pin)
        } catch {
            throw SecurityFailure(error, isLostConnection: false)
        }
    }

    private func context(for trust: TLSTrust, machine: any Machine) async throws(SecurityFailure)
        -> TLSClientContext
    {
        if let context = loaded.withLock({ $0[trust] }) { return context }
        do throws(TLSTrustError) {
            let context = try await machine.blocking { () throws(TLSTrustError) in
                try TLSClientContext(trust: trust)
            }
            if trust.isConstant { loaded.withLock { $0[trust] = context } }
            return context
        } catch {
            throw SecurityFailure(error, isLostConnection: false)
        }
    }
}

extension TLSTrust {
    /// Whether what was loaded stays right: known servers are added, and servers on this machine come
    /// and go with their keys.
    fileprivate var isConstant: Bool {
        switch self {
        case .system, .authority: true
        case .pin, .knownServers: false
        }
    }
}
