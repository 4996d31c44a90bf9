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
        precondition(iv.count == AEADCipher.ivCount, "an IV of \(iv.count) bytes")
        let made = unsafe key.withBytes { key in
            unsafe iv.withBytes { iv in
                unsafe key.withUnsafeBufferPointer { key in
                    unsafe iv.withUnsafeBufferPointer { iv in
                        unsafe parley_aead_new(
                            Int32(cipher.rawValue), isSealing ? 1 : 0, key.baseAddress,
                            iv.baseAddress)
                    }
                }
            }
        }
        guard let made = unsafe made else { preconditionFailure("OpenSSL has no \(cipher)") }
        unsafe context = made
    }

    deinit {
        unsafe parley_aead_free(context)
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
