internal import CParleySecurity

/// The state that all connections of a server share: its identity and the rules of TLS.
///
/// It never changes, so a renewed certificate makes a new context; connections keep theirs.
///
/// `@unchecked Sendable`: nothing changes it after `init`, and OpenSSL counts references with atomics.
@safe package final class TLSServerContext: @unchecked Sendable {
    let context: OpaquePointer
    /// Whether clients have to show a certificate of the realm.
    let isRealm: Bool

    /// A context for a server of that identity.
    package init(identity: TLSIdentity) throws(TLSIdentityError) {
        guard let made = unsafe parley_tls_server_context(identity.storage.identity) else {
            throw .unavailable
        }
        unsafe context = made
        isRealm = false
    }

    /// A context for a server that only servers of its realm may connect to.
    package init(realm: RealmCredentials) throws(TLSIdentityError) {
        guard let made = unsafe parley_tls_realm_context(realm.storage.identity, 1) else {
            throw .unavailable
        }
        unsafe context = made
        isRealm = true
    }

    deinit {
        unsafe parley_tls_context_free(context)
    }
}
