/// Finds the parts of an encoded value and checks that they are well formed.
///
/// An entry takes 24 bytes for each part, of which every byte of the datagram can be one. Nothing
/// is allocated for a count that is only announced.
struct ValueIndexer {
    private(set) var reader: DatagramReader
    private(set) var index = ValueIndex()
    private let limits: CodingLimits
    /// The number of entries from which on a value counts as large.
    private static let fewEntries = 1_024
    /// Each key that was spelled out, in the order of the bytes: its index in `ValueIndex.keys`,
    /// and what it costs to repeat it.
    private var spelled: [(label: UInt32, repetitionCost: Int)] = []
    private var references = KeyReferences()
    private let start: Int
    /// The last keyed value that was found to have a key, for each key.
    private var owners: [UInt32] = []

    init(_ reader: DatagramReader, limits: CodingLimits) {
        self.reader = reader
        start = reader.offset
        self.limits = limits
    }

    /// Goes through the value; the reader is behind it afterwards.
    mutating func run() throws(DatagramError) {
        try addEntry(parent: 0, label: 0, depth: 0)
    }

    private mutating func addEntry(
        parent: Int, label: UInt32, depth: Int
    ) throws(DatagramError) {
        let entry = index.entries.count
        try check("the number of values", entry + 1, limits.elements)
        try check("the depth of the value", depth, limits.depth)
        guard let next = UInt32(exactly: entry + 1) else {
            throw .limitExceeded(
                what: "the number of values", limit: entry, offset: reader.offset)
        }
        if entry == Self.fewEntries { reserveForTheRest() }
        index.entries.append(
            ValueIndex.Entry(
                offset: reader.offset, parent: UInt32(parent), label: label, end: next,
                cursor: next))
        switch try reader.readHead() {
        case .scalar: break
        case .text(let count): try skip(count, of: "text")
        case .bytes(let count): try skip(count, of: "bytes")
        case .array(let count):
            for place in 0..<count {
                try addEntry(parent: entry, label: UInt32(place), depth: depth + 1)
            }
        case .keyed(let count):
            for _ in 0..<count {
                let label = try readKey()
                try addEntry(parent: entry, label: label, depth: depth + 1)
            }
            close(entry)
            return try expectDifferentKeys(of: entry)
        }
        close(entry)
    }

    /// Reserves memory for as many entries as there can be, which is less than growing in steps takes.
    private mutating func reserveForTheRest() {
        let most = index.entries.count + reader.remainingCount
        index.entries.reserveCapacity(min(most, limits.elements))
    }

    /// Notes that the last entry is the last one inside `entry`.
    private mutating func close(_ entry: Int) {
        index.entries[entry].end = UInt32(index.entries.count)
    }

    private mutating func skip(_ count: Int, of what: String) throws(DatagramError) {
        try reader.require(count, for: what)
        try reader.skip(count)
    }

    /// Returns the label of a key, which is either spelled out or the number of one that was.
    private mutating func readKey() throws(DatagramError) -> UInt32 {
        let start = reader.offset
        let head = try reader.readVarint()
        guard head & 1 == 1 else {
            let length = Int(clamping: head >> 1)
            try check("the length of a key", length, limits.keyLength)
            let key = CodedKey(try reader.readUTF8(length))
            let label = index.label(of: key)
            if label == owners.count { owners.append(.max) }
            spelled.append((label, key.repetitionCost))
            return label
        }
        guard head >> 1 < UInt64(spelled.count) else {
            throw .invalidValue(
                expected: "one of \(spelled.count) keys", found: "key \(head >> 1)", offset: start)
        }
        let key = spelled[Int(head >> 1)]
        try references.add(key.repetitionCost, start: self.start, offset: reader.offset)
        return key.label
    }

    /// Throws when a keyed value has a key twice.
    ///
    /// The values inside it have been checked already, so the notes of one keyed value are
    /// never those of two at a time.
    private mutating func expectDifferentKeys(of container: Int) throws(DatagramError) {
        for child in index.children(of: container) {
            let label = Int(index.entries[child].label)
            guard owners[label] != UInt32(container) else {
                throw .invalidValue(
                    expected: "each key once",
                    found: "the key \(index.keys[label].text.excerpt()) again",
                    offset: index.entries[child].offset)
            }
            owners[label] = UInt32(container)
        }
    }

    private func check(_ what: String, _ value: Int, _ limit: Int) throws(DatagramError) {
        guard value <= limit else {
            throw .limitExceeded(what: what, limit: limit, offset: reader.offset)
        }
    }
}

extension ValueIndex {
    /// Returns the label of a key, which is a new one where the key is.
    fileprivate mutating func label(of key: CodedKey) -> UInt32 {
        let next = UInt32(truncatingIfNeeded: keys.count)
        let label = labels[key, default: next]
        if label == next {
            labels[key] = next
            keys.append(key)
        }
        return label
    }
}
