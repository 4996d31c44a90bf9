internal import CParleySecurity

/// The state that all connections of a client share: how it verifies servers, and the rules of TLS.
///
/// `@unchecked Sendable`: nothing changes it after `init`, and OpenSSL counts references with atomics.
@safe package final class TLSClientContext: @unchecked Sendable {
    let context: OpaquePointer
    /// How servers are verified; nil in a realm.
    private let trust: TLSTrust?
    private let knownServers: KnownServers

    /// A context for clients that verify servers in this way.
    ///
    /// Blocks until the disk answers; the system's authorities take some 30 ms.
    package init(trust: TLSTrust) throws(TLSTrustError) {
        self.trust = trust
        knownServers =
            if case .knownServers(let file) = trust { try KnownServers(file: file) } else {
                KnownServers()
            }
        let made =
            if case .authority(let file) = trust {
                unsafe try Self.context(authorities: file)
            } else {
                unsafe parley_tls_client_context(trust == .system ? 1 : 0, nil, 0)
            }
        guard let made = unsafe made else { throw .unavailable }
        unsafe context = made
    }

    /// A context for a server that connects to others of its realm, and shows them its certificate.
    package init(realm: RealmCredentials) throws(TLSIdentityError) {
        trust = nil
        knownServers = KnownServers()
        guard let made = unsafe parley_tls_realm_context(realm.storage.identity, 0) else {
            throw .unavailable
        }
        unsafe context = made
    }

    deinit {
        unsafe parley_tls_context_free(context)
    }

    /// How a connection to that server verifies it.
    func rule(host: String, port: UInt16) -> TLSRule {
        switch trust {
        case nil: .realm
        case .system: .store(.system)
        case .authority: .store(.authority)
        case .pin(let pin): .pin(pin)
        case .knownServers:
            knownServers.pin(host: host, port: port).map { .pin($0) } ?? .unknown
        }
    }

    private static func context(authorities file: String) throws(TLSTrustError) -> OpaquePointer {
        let bytes: Secret
        do throws(SecurityFileError) {
            bytes = try SecurityFile.read(
                file, access: .shared, limit: TLSIdentity.largestFile)
        } catch { throw .file(error) }
        let made = unsafe bytes.withBytes { bytes in
            unsafe bytes.withUnsafeBufferPointer { bytes in
                unsafe parley_tls_client_context(0, bytes.baseAddress, bytes.count)
            }
        }
        guard let made = unsafe made else { throw .noCertificate(path: file) }
        return unsafe made
    }
}

/// How one connection verifies its server.
enum TLSRule: Sendable, Hashable {
    case store(TLSPeer.Verification)
    case pin(PublicKeyPin)
    case realm
    case unknown
}
