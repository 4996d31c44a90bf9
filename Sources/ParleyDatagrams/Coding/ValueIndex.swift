/// Where the parts of an encoded value lie.
///
/// There is one entry for each part, in the order of the bytes, so a container comes right before
/// what it contains. The parts themselves stay in the datagram until a type asks for them.
struct ValueIndex {
    /// One part of the value.
    struct Entry {
        /// The offset of its tag in the datagram.
        let offset: Int
        /// The entry of the container that it is in. The whole value is entry 0 and its own parent.
        let parent: UInt32
        /// Its key, as an index of `keys`, or its position in an array.
        let label: UInt32
        /// The entry behind the last one inside the part.
        var end: UInt32
        /// The child of a keyed value that was looked up last: types mostly ask in order.
        var cursor: UInt32
    }

    var entries: [Entry] = []
    /// The different keys of the value.
    var keys: [CodedKey] = []
    /// The index in `keys` of each key.
    var labels: [CodedKey: UInt32] = [:]

    /// The entries of a container's elements.
    func children(of container: Int) -> some Sequence<Int> {
        let end = Int(entries[container].end)
        return sequence(state: container + 1) { next -> Int? in
            guard next < end else { return nil }
            defer { next = Int(entries[next].end) }
            return next
        }
    }
}

extension ValueIndex {
    /// A keyed value with more children than this gets a table when they are asked for in another
    /// order than that of the bytes.
    static let largestScan = 8

    /// The child of a keyed value with that key, if it is the one that was asked for last or the one
    /// behind it.
    mutating func childInOrder(of container: Int, for key: CodedKey) -> Int? {
        let end = entries[container].end
        var child = entries[container].cursor
        for _ in 0..<2 where child < end {
            let entry = entries[Int(child)]
            if keys[Int(entry.label)] == key {
                entries[container].cursor = child
                return Int(child)
            }
            child = entry.end
        }
        return nil
    }

    /// The entry of each child of a keyed value, by label.
    func table(of container: Int) -> [UInt32: UInt32] {
        var table: [UInt32: UInt32] = [:]
        for child in children(of: container) {
            table[entries[child].label] = UInt32(child)
        }
        return table
    }
}
