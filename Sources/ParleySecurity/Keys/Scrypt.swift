internal import CParleySecurity

/// Scrypt (RFC 7914): a digest of a password that takes a guesser memory as well as time.
package enum Scrypt {
    /// Its parameters.
    package struct Cost: Hashable, Sendable {
        /// The binary logarithm of N, from 1 to 20.
        package var logarithm: UInt8
        /// r, from 1 to 16. The memory is 128 · N · r bytes.
        package var blockSize: UInt8
        /// p, from 1 to 16.
        package var parallelism: UInt8

        /// A cost from its parts.
        package init(logarithm: UInt8, blockSize: UInt8, parallelism: UInt8) {
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        var isAllowed: Bool {
            1...20 ~= logarithm && 1...16 ~= blockSize && 1...16 ~= parallelism
        }
    }

    /// The digest of a password. It blocks its thread for as long as the cost asks for.
    ///
    /// - Returns: `count` bytes; nil if the cost is out of bounds, or there is no memory for it.
    package static func digest(
        _ password: Span<UInt8>, salt: Span<UInt8>, cost: Cost, count: Int
    ) -> [UInt8]? {
        guard cost.isAllowed, count > 0 else { return nil }
        var digest = [UInt8](repeating: 0, count: count)
        let result = unsafe password.withUnsafeBufferPointer { password in
            unsafe salt.withUnsafeBufferPointer { salt in
                unsafe digest.withUnsafeMutableBufferPointer { digest in
                    unsafe parley_scrypt(
                        password.baseAddress, password.count, salt.baseAddress, salt.count,
                        UInt64(1) << UInt64(cost.logarithm), UInt64(cost.blockSize),
                        UInt64(cost.parallelism), digest.baseAddress, digest.count)
                }
            }
        }
        return result == 0 ? digest : nil
    }
}
