internal import CParleySecurity

/// Unpredictable bytes from OpenSSL's generator.
package enum RandomBytes {
    /// Replaces all bytes by random ones.
    ///
    /// A system without a source of randomness stops the program: nothing would be safe.
    package static func fill(_ bytes: inout MutableSpan<UInt8>) {
        let result = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe parley_random_bytes(bytes.baseAddress, bytes.count)
        }
        precondition(result == 0, "the system has no random bytes")
    }
}
