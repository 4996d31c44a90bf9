internal import CParleySecurity

/// A cipher that seals packets: it encrypts, and it detects every change.
package enum AEADCipher: UInt8, Sendable, CaseIterable {
    /// AES with 128-bit keys in Galois/Counter Mode (NIST SP 800-38D).
    case aes128GCM = 1
    /// ChaCha20 and Poly1305 (RFC 8439).
    case chaCha20Poly1305 = 2

    /// The length of a key, in bytes.
    package var keyCount: Int { self == .aes128GCM ? 16 : 32 }

    /// The length of an initialisation vector, in bytes.
    package static let ivCount = 12

    /// The length of the tag behind each packet, in bytes.
    package static let tagCount = 16

    /// The faster one: AES where the processor has instructions for it, else ChaCha20.
    package static let preferred: AEADCipher =
        parley_has_aes() != 0 ? .aes128GCM : .chaCha20Poly1305
}
