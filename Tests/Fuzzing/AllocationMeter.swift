import CAllocationMeter

/// What something allocates on its own thread, in bytes.
package struct AllocationMeter: Sendable {
    /// The most at one time.
    package let largest: Int
    /// All together, what was freed meanwhile included.
    package let all: Int

    /// Measures what a call allocates.
    package init(_ body: () throws -> Void) rethrows {
        allocation_reset()
        try body()
        largest = Int(allocation_largest())
        all = Int(allocation_bytes())
    }

    /// Whether anything is counted: a sanitizer brings an allocator of its own.
    package static var isCounting: Bool { allocation_is_counting() != 0 }
}
