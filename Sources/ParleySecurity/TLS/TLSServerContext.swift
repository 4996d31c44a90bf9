internal import CParleySecurity

/// The state that all connections of a server share: its identity and the rules of TLS.
///
/// It never changes, so a renewed certificate makes a new context; connections keep theirs.
///
/// `@unchecked Sendable`: nothing changes it after `init`, and OpenSSL counts references with atomics.
@safe package final class TLSServerContext: @unchecked Sendable {
    let context: OpaquePointer

    /// A context for a server of that identity.
    package init(identity: TLSIdentity) throws(TLSIdentityError) {
        guard let made = unsafe parley_tls_server_context(identity.storage.identity) else {
            throw .unavailable
        }
        unsafe context = made
    }

    deinit {
        unsafe parley_tls_context_free(context)
    }
}
