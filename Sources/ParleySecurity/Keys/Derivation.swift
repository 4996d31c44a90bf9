internal import CParleySecurity

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The length of a digest, in bytes.
    package static let count = 32

    /// The digest of some bytes.
    package static func digest(of bytes: Span<UInt8>) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: count)
        let result = unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe digest.withUnsafeMutableBufferPointer { digest in
                unsafe parley_sha256(bytes.baseAddress, bytes.count, digest.baseAddress)
            }
        }
        precondition(result == 0, "OpenSSL has no SHA-256")
        return digest
    }
}

/// HKDF-SHA-256 (RFC 5869).
package enum HKDF {
    /// The most bytes that one expansion gives (RFC 5869, section 2.3).
    package static let longestOutput = 255 * SHA256.count

    /// Extracts a key from bytes that have enough chance in them, but not evenly spread.
    package static func extract(salt: Span<UInt8>, input: Span<UInt8>) -> Secret {
        Secret(count: SHA256.count) { key in
            let result = unsafe salt.withUnsafeBufferPointer { salt in
                unsafe input.withUnsafeBufferPointer { input in
                    unsafe key.withUnsafeMutableBufferPointer { key in
                        unsafe parley_hkdf_extract(
                            salt.baseAddress, salt.count, input.baseAddress, input.count,
                            key.baseAddress)
                    }
                }
            }
            precondition(result == 0, "OpenSSL has no HKDF")
        }
    }

    /// Derives bytes from a key.
    ///
    /// - Parameters:
    ///   - key: What ``extract(salt:input:)`` gave, or another even key.
    ///   - info: What the bytes are for. Different purposes get independent bytes.
    ///   - count: 1…``longestOutput`` bytes.
    package static func expand(
        _ key: borrowing Secret, info: Span<UInt8>, count: Int
    ) -> Secret {
        precondition((1...longestOutput).contains(count), "HKDF gives 1…\(longestOutput) bytes")
        return key.withBytes { key in
            Secret(count: count) { output in
                let result = unsafe key.withUnsafeBufferPointer { key in
                    unsafe info.withUnsafeBufferPointer { info in
                        unsafe output.withUnsafeMutableBufferPointer { output in
                            unsafe parley_hkdf_expand(
                                key.baseAddress, key.count, info.baseAddress, info.count,
                                output.baseAddress, output.count)
                        }
                    }
                }
                precondition(result == 0, "OpenSSL has no HKDF")
            }
        }
    }
}
