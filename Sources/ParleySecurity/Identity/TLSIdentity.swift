/// A server's identity: a private key, and the certificate that clients verify.
public struct TLSIdentity: Sendable {
    /// Where an identity came from, for reading it again.
    enum Source: Sendable, Hashable {
        case files(certificates: String, key: String)
        case memory
    }

    /// The most bytes that a file of certificates or keys may have.
    static let largestFile = 1 << 20

    let storage: IdentityStorage
    let source: Source

    /// The pin of the public key, which clients compare with the one that they know.
    public var pin: PublicKeyPin { storage.pin }

    /// Reads PEM files.
    ///
    /// Blocks until the disk answers.
    ///
    /// - Parameters:
    ///   - certificates: The file with the server's certificate, followed by its chain.
    ///   - key: The file with the certificate's private key, without a password. Others may not read
    ///     it, nor its group change it; it belongs to this user or to the administrator.
    public init(certificates: String, key: String) throws(TLSIdentityError) {
        storage = try Self.read(certificates: certificates, key: key, access: .group)
        source = .files(certificates: certificates, key: key)
    }

    /// An identity of a new P-256 key, in memory only: it ends with the program.
    ///
    /// Its certificate is signed by itself and does not expire, so clients must know its ``pin``.
    ///
    /// - Parameter names: Names and addresses for the certificate, for clients that judge them.
    public init(
        generatedFor names: [String] = TLSIdentity.loopbackNames
    ) throws(TLSIdentityError) {
        try self.init(generatedFor: names, validFrom: Self.epoch, until: Self.never)
    }

    /// The identity that a file holds. Where there is no file, one is generated and written.
    ///
    /// Blocks until the disk answers. Of several programs that begin at once, all get the same one.
    ///
    /// - Parameters:
    ///   - path: One file for key and certificate, which only this user may read.
    ///   - names: Names and addresses for a new certificate.
    public init(
        keptIn path: String, names: [String] = TLSIdentity.loopbackNames
    ) throws(TLSIdentityError) {
        if !SecurityFile.exists(path) {
            let new = try IdentityStorage(names: names, validFrom: Self.epoch, until: Self.never)
            do throws(SecurityFileError) {
                _ = try new.withPEM(includesKey: true) { pem throws(SecurityFileError) in
                    try SecurityFile.write(pem, to: path, isReplacing: false)
                }
            } catch { throw .file(error) }
        }
        storage = try Self.read(certificates: path, key: path, access: .owner)
        source = .files(certificates: path, key: path)
    }

    /// With dates, in seconds since 1970.
    package init(
        generatedFor names: [String], validFrom: Int64, until: Int64
    ) throws(TLSIdentityError) {
        storage = try IdentityStorage(names: names, validFrom: validFrom, until: until)
        source = .memory
    }

    /// The identity that these bytes are in PEM.
    package init(certificates: Span<UInt8>, key: Span<UInt8>) throws(TLSIdentityError) {
        storage = try IdentityStorage(certificates: certificates, key: key)
        source = .memory
    }

    /// Reads the files again, for a renewed certificate. This identity stays as it is.
    ///
    /// Blocks until the disk answers. Where the files are broken it throws, and the server goes on
    /// with what it has.
    public func reloaded() throws(TLSIdentityError) -> TLSIdentity {
        switch source {
        case .memory: self
        case .files(let certificates, let key) where certificates == key:
            TLSIdentity(
                storage: try Self.read(certificates: certificates, key: key, access: .owner),
                source: source)
        case .files(let certificates, let key):
            try TLSIdentity(certificates: certificates, key: key)
        }
    }

    private init(storage: IdentityStorage, source: Source) {
        self.storage = storage
        self.source = source
    }

    /// The certificates in PEM, without the key: what clients may trust as an authority.
    public var certificatesPEM: String {
        storage.withPEM(includesKey: false) { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
    }

    /// Lends key and certificates in PEM to a closure.
    package func withPEM<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withPEM(includesKey: true, body)
    }

    /// The names of this machine for its own programs.
    public static let loopbackNames = ["localhost", "127.0.0.1", "::1"]

    /// 1970-01-01.
    package static let epoch: Int64 = 0
    /// 9999-12-31T23:59:59Z, by which a certificate says that it does not expire (RFC 5280, 4.1.2.5).
    package static let never: Int64 = 253_402_300_799

    private static func read(
        certificates: String, key: String, access: SecurityFile.Access
    ) throws(TLSIdentityError) -> IdentityStorage {
        let chain = try bytes(of: certificates, access: .shared)
        let key = try bytes(of: key, access: access)
        return try chain.withBytes { chain throws(TLSIdentityError) in
            try key.withBytes { key throws(TLSIdentityError) in
                try IdentityStorage(certificates: chain, key: key)
            }
        }
    }

    private static func bytes(
        of path: String, access: SecurityFile.Access
    ) throws(TLSIdentityError) -> Secret {
        do throws(SecurityFileError) {
            return try SecurityFile.read(path, access: access, limit: largestFile)
        } catch { throw .file(error) }
    }
}

extension TLSIdentity: Hashable {
    /// Whether both show the same certificates, and come from the same place.
    public static func == (left: TLSIdentity, right: TLSIdentity) -> Bool {
        left.pin == right.pin && left.source == right.source
            && (left.storage === right.storage || left.certificatesPEM == right.certificatesPEM)
    }

    /// Hashes the public key.
    public func hash(into hasher: inout Hasher) { hasher.combine(pin) }
}
