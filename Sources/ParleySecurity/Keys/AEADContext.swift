internal import CParleySecurity

/// One key that OpenSSL has expanded, with its IV, for sealing or for opening.
///
/// `@unchecked Sendable`: one owner at a time has the context.
@safe struct AEADContext: ~Copyable, @unchecked Sendable {
    private let context: OpaquePointer

    init(
        cipher: AEADCipher, key: borrowing Secret, iv: borrowing Secret, isSealing: Bool
    ) {
        precondition(key.count == cipher.keyCount, "a key of \(key.count) bytes")
        self.init(number: Int32(cipher.rawValue), key: key, iv: iv, isSealing: isSealing)
    }

    /// AES-256-GCM, whose nonces are set one by one. It is for no packets, so no ``AEADCipher``.
    init(aes256 key: borrowing Secret, isSealing: Bool) {
        precondition(key.count == 32, "a key of \(key.count) bytes")
        let iv = Secret(count: AEADCipher.ivCount) { _ in }
        self.init(number: PARLEY_AES_256_GCM, key: key, iv: iv, isSealing: isSealing)
    }

    private init(number: Int32, key: borrowing Secret, iv: borrowing Secret, isSealing: Bool) {
        precondition(iv.count == AEADCipher.ivCount, "an IV of \(iv.count) bytes")
        let made = unsafe key.withBytes { key in
            unsafe iv.withBytes { iv in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe iv.withUnsafeBufferPointer { iv in
                        unsafe parley_aead_new(
                            number, isSealing ? 1 : 0, key.baseAddress, iv.baseAddress)
                    }
                }
            }
        }
        guard let made = unsafe made else { preconditionFailure("OpenSSL has no cipher \(number)") }
        unsafe context = made
    }

    deinit {
        unsafe parley_aead_free(context)
    }

    /// Sets the nonce of the next packet, whose number is 0.
    func setNonce(_ nonce: Span<UInt8>) {
        precondition(nonce.count == AEADCipher.ivCount, "a nonce of \(nonce.count) bytes")
        unsafe nonce.withUnsafeBufferPointer { nonce in
            guard let start = nonce.baseAddress else { return }
            unsafe parley_aead_set_iv(context, start)
        }
    }

    /// Seals a packet in place; its last 16 bytes become the tag.
    func seal(_ packet: inout MutableSpan<UInt8>, headerCount: Int, number: UInt64) -> Bool {
        let count = packet.count - headerCount - AEADCipher.tagCount
        return unsafe packet.withUnsafeMutableBufferPointer { packet in
            unsafe parley_aead_seal(context, number, packet.baseAddress, headerCount, count) == 0
        }
    }

    /// Opens a packet in place. Where the tag is wrong, what was sealed becomes zeros.
    func open(_ packet: inout MutableSpan<UInt8>, headerCount: Int, number: UInt64) -> Bool {
        let count = packet.count - headerCount - AEADCipher.tagCount
        return unsafe packet.withUnsafeMutableBufferPointer { packet in
            guard let start = packet.baseAddress else { return false }
            return unsafe parley_aead_open(
                context, number, start, headerCount, count, start + headerCount) == 0
        }
    }

    /// Opens a packet into other memory, as many bytes as were sealed. Where the tag is wrong, they become zeros.
    func open(
        _ packet: Span<UInt8>, headerCount: Int, number: UInt64,
        into plaintext: inout MutableSpan<UInt8>
    ) -> Bool {
        unsafe packet.withUnsafeBufferPointer { packet in
            unsafe plaintext.withUnsafeMutableBufferPointer { plaintext in
                unsafe parley_aead_open(
                    context, number, packet.baseAddress, headerCount, plaintext.count,
                    plaintext.baseAddress) == 0
            }
        }
    }
}
