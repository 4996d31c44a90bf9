import CAllocationMeter

/// The bytes that a call allocates on its thread.
package struct AllocationMeter: Sendable {
    /// The largest number of bytes at one time.
    package let largest: Int
    /// The number of bytes in all, with those that were freed meanwhile.
    package let all: Int

    /// Measures a call.
    package init(_ body: () throws -> Void) rethrows {
        allocation_reset()
        try body()
        largest = Int(allocation_largest())
        all = Int(allocation_bytes())
    }

    /// Whether allocations are counted. With a sanitizer's allocator they are not.
    package static var isCounting: Bool { allocation_is_counting() != 0 }
}
