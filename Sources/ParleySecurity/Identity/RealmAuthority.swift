internal import CParleySecurity

/// The private authority of a realm of servers: a key that signs the certificates of its servers, and of no other.
///
/// Its file makes servers. Keep it where the operator is, and give each server only its own credentials.
public struct RealmAuthority: Sendable {
    private let storage: IdentityStorage

    /// An authority of a new P-256 key, in memory only. Dates are in seconds since 1970.
    public init(validFrom: Int64 = 0, until: Int64 = .max) throws(RealmError) {
        guard
            let made = unsafe parley_identity_generate_authority(
                validFrom, min(until, TLSIdentity.never))
        else {
            throw .identity(.unavailable)
        }
        unsafe storage = IdentityStorage(made)
    }

    /// The authority that a file holds. Where there is no file, one is made and written.
    ///
    /// Blocks until the disk answers. Of several programs that begin at once, all get the same one.
    ///
    /// - Parameter path: One file for key and certificate, which only this user may read.
    public init(keptIn path: String) throws(RealmError) {
        if !SecurityFile.exists(path) {
            _ = try RealmAuthority().storage.write(to: path, isReplacing: false)
        }
        storage = try IdentityStorage(realmFile: path)
        guard unsafe parley_identity_is_authority(storage.identity) != 0 else {
            throw .notAnAuthority(path: path)
        }
    }

    /// Makes a key and a certificate for a server.
    ///
    /// - Parameters:
    ///   - name: The server's name: 1 to 64 bytes of a to z, 0 to 9, hyphen and colon.
    ///   - validFrom: The first second, since 1970.
    ///   - until: The last second.
    public func issue(
        _ name: String, validFrom: Int64 = 0, until: Int64 = .max
    ) throws(RealmError) -> RealmCredentials {
        guard RealmCredentials.isValid(name) else { throw .invalidName(name) }
        let issued = unsafe parley_identity_issue(
            storage.identity, name, validFrom, min(until, TLSIdentity.never))
        guard let issued = unsafe issued else { throw .identity(.unavailable) }
        return unsafe RealmCredentials(name: name, storage: IdentityStorage(issued))
    }

    /// The authority's certificate in PEM, without the key.
    public var certificatePEM: String {
        storage.withPEM(includesKey: false) { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }
}
