/// An entity that a look has found: its squared distance and its handle in one number, so that sorting
/// by distance, and by handle where distances are equal, compares integers.
struct InterestCandidate: Comparable, Sendable {
    private let key: UInt64

    @inline(__always)
    init(square: Double, handle: EntityHandle) {
        // A float that is not negative orders as its bits do.
        key = UInt64(Float(square).bitPattern) << 32 | UInt64(handle.rawValue)
    }

    /// The squared distance, rounded to a `Float`.
    @inline(__always) var square: Float {
        Float(bitPattern: UInt32(truncatingIfNeeded: key >> 32))
    }

    @inline(__always) var handle: EntityHandle {
        EntityHandle(rawValue: UInt32(truncatingIfNeeded: key))
    }

    @inline(__always)
    static func < (left: Self, right: Self) -> Bool { left.key < right.key }

    /// Moves the nearest to the front, in no order: Hoare's quickselect.
    ///
    /// - Parameters:
    ///   - candidates: reordered.
    ///   - count: how many are moved to the front, below `candidates.count`.
    static func moveNearest(_ count: Int, toFrontOf candidates: inout [InterestCandidate]) {
        guard count > 0 else { return }
        var span = candidates.mutableSpan
        var (low, high) = (0, span.count &- 1)
        var rounds = 0
        while low < high {
            rounds += 1
            // Bad pivots are possible, many of them are not chance: then sorting bounds the cost.
            if rounds > 64 { return candidates.sort() }
            let pivot = span[low &+ (high &- low) / 2]
            var (left, right) = (low, high)
            while left <= right {
                while span[left] < pivot { left &+= 1 }
                while pivot < span[right] { right &-= 1 }
                guard left <= right else { break }
                span.swapAt(left, right)
                left &+= 1
                right &-= 1
            }
            if count &- 1 <= right {
                high = right
            } else if count &- 1 >= left {
                low = left
            } else {
                return
            }
        }
    }
}
