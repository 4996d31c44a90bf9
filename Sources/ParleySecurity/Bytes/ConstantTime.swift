internal import CParleySecurity

/// Comparisons whose duration tells nothing about the bytes.
package enum ConstantTime {
    /// Whether the bytes are equal. Only their number influences how long it takes.
    package static func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBufferPointer { left in
            unsafe right.withUnsafeBufferPointer { right in
                guard let first = left.baseAddress, let second = right.baseAddress else {
                    return true
                }
                return unsafe parley_is_equal(first, second, left.count) != 0
            }
        }
    }
}
