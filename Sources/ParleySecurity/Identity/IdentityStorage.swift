internal import CParleySecurity

/// A private key and its certificates, as OpenSSL holds them. OpenSSL wipes the key at the end.
///
/// `@unchecked Sendable`: nothing changes it after `init`, and OpenSSL counts references with atomics.
@safe final class IdentityStorage: @unchecked Sendable {
    let identity: OpaquePointer
    let pin: PublicKeyPin

    /// Takes over what OpenSSL has made.
    init(_ identity: OpaquePointer) {
        unsafe self.identity = identity
        unsafe pin = Self.pin(of: identity)
    }

    convenience init(certificates: Span<UInt8>, key: Span<UInt8>) throws(TLSIdentityError) {
        unsafe self.init(try Self.parsed(certificates: certificates, key: key))
    }

    /// Reads PEM; the caller has to free the result or take it over.
    static func parsed(
        certificates: Span<UInt8>, key: Span<UInt8>
    ) throws(TLSIdentityError) -> OpaquePointer {
        var fault = PARLEY_IDENTITY_FAILED
        let parsed = unsafe certificates.withUnsafeBufferPointer { certificates in
            unsafe key.withUnsafeBufferPointer { key in
                unsafe parley_identity_parse(
                    certificates.baseAddress, min(certificates.count, TLSIdentity.largestFile),
                    key.baseAddress, min(key.count, TLSIdentity.largestFile), &fault)
            }
        }
        guard let parsed = unsafe parsed else { throw TLSIdentityError(fault) }
        return unsafe parsed
    }

    /// A new P-256 key, with a certificate that it signs itself.
    init(names: [String], validFrom: Int64, until: Int64) throws(TLSIdentityError) {
        for name in names where !HostName.isValid(name) { throw .invalidName(name) }
        let list = names.map { (HostName.isAddress($0) ? "IP:" : "DNS:") + $0 }
            .joined(separator: ",")
        guard let generated = unsafe parley_identity_generate(list, validFrom, until) else {
            throw .unavailable
        }
        unsafe identity = generated
        unsafe pin = Self.pin(of: generated)
    }

    deinit {
        unsafe parley_identity_free(identity)
    }

    /// Lends it in PEM to a closure: the key, if it is asked for, and then the certificates.
    func withPEM<Result, Failure>(
        includesKey: Bool, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let pem = Box()
        let result = unsafe parley_identity_write(
            identity, includesKey ? 1 : 0,
            { context, bytes, count in
                guard let context = unsafe context, let bytes = unsafe bytes else { return }
                let box = unsafe Unmanaged<Box>.fromOpaque(context).takeUnretainedValue()
                unsafe box.bytes = Secret(
                    copying: UnsafeBufferPointer(start: bytes, count: count).span)
            }, Unmanaged.passUnretained(pem).toOpaque())
        precondition(result == 0, "OpenSSL could not write an identity")
        return try pem.bytes.withBytes(body)
    }

    private final class Box {
        var bytes = Secret(count: 0) { _ in }
    }

    private static func pin(of identity: OpaquePointer) -> PublicKeyPin {
        var digest = [UInt8](repeating: 0, count: SHA256.count)
        let result = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe parley_identity_key_digest(identity, digest.baseAddress)
        }
        precondition(result == 0, "OpenSSL could not write a public key")
        return PublicKeyPin(digest: digest)
    }
}

extension TLSIdentityError {
    fileprivate init(_ fault: parley_identity_fault) {
        self =
            switch fault {
            case PARLEY_IDENTITY_NO_CERTIFICATE: .noCertificate
            case PARLEY_IDENTITY_NO_KEY: .noKey
            case PARLEY_IDENTITY_ENCRYPTED_KEY: .encryptedKey
            case PARLEY_IDENTITY_MISMATCH: .keyOfAnotherCertificate
            case PARLEY_IDENTITY_TOO_MANY: .chainTooLong
            default: .unavailable
            }
    }
}
