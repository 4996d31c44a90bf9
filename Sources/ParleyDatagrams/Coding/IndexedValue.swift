/// An encoded value while a type is decoded from it.
final class IndexedValue {
    let userInfo: [CodingUserInfoKey: any Sendable]
    private let datagram: Datagram
    private var index: ValueIndex
    /// Tables of large keyed values, by entry.
    private var tables: [Int: [UInt32: UInt32]] = [:]
    /// Whether the type has asked for each entry; empty where nothing needs to know.
    private var isRequested: [Bool]
    private let limit: Int
    /// How many values there are, and which bytes count as one for each of them.
    private var valueCount: Int
    private var opened: Set<Int> = []

    /// A value whose parts were found.
    ///
    /// - Parameters:
    ///   - tracksRequests: Whether `firstUnrequested` is going to be asked.
    ///   - limit: How many values there may be.
    init(
        _ index: ValueIndex, in datagram: Datagram, tracksRequests: Bool, limit: Int,
        userInfo: [CodingUserInfoKey: any Sendable]
    ) {
        self.limit = limit
        valueCount = index.entries.count
        self.index = index
        self.datagram = datagram
        self.userInfo = userInfo
        isRequested = Array(repeating: false, count: tracksRequests ? index.entries.count : 0)
    }

    /// The part that no type asked for and that comes first in the bytes.
    var firstUnrequested: Int? {
        isRequested.dropFirst().firstIndex(of: false)
    }

    /// Notes that a type asked for an entry.
    func markRequested(_ entry: Int) {
        if entry < isRequested.count { isRequested[entry] = true }
    }

    /// A reader at the tag of an entry.
    private func reader(at entry: Int) -> DatagramReader {
        var reader = datagram.reader
        reader.position = index.entries[entry].offset
        return reader
    }

    /// The offset of an entry's tag in the datagram.
    func offset(of entry: Int) -> Int {
        index.entries[entry].offset
    }

    /// The entry behind an entry and all that is inside it.
    func end(of entry: Int) -> Int {
        Int(index.entries[entry].end)
    }

    /// The kind of an entry.
    func head(of entry: Int) throws(DatagramError) -> CodedHead {
        var reader = reader(at: entry)
        return try reader.readHead()
    }

    /// The value of an entry, when it is a scalar.
    func scalar(of entry: Int) throws(DatagramError) -> CodedScalar? {
        var reader = reader(at: entry)
        return switch try reader.readHead() {
        case .scalar(let scalar): scalar
        case .text(let count): .text(try reader.readUTF8(count))
        case .bytes(let count): .bytes(try reader.readBytes(count))
        case .array, .keyed: nil
        }
    }

    /// Counts the bytes that an entry is as values, for a type that reads them as an array.
    func openBytes(_ count: Int, of entry: Int) throws(DatagramError) {
        guard !opened.contains(entry) else { return }
        guard count <= limit - valueCount else {
            throw .limitExceeded(
                what: "the number of values", limit: limit, offset: offset(of: entry))
        }
        valueCount += count
        opened.insert(entry)
    }

    /// The offset of the first of the bytes that an entry is.
    func firstByte(of entry: Int) throws(DatagramError) -> Int {
        var reader = reader(at: entry)
        _ = try reader.readHead()
        return reader.offset
    }

    /// A byte of the datagram.
    func byte(at offset: Int) -> UInt8 {
        datagram.byte(at: offset)
    }
}

extension IndexedValue {
    /// The keys of a keyed value, in the order of the bytes.
    func keys(of container: Int) -> [String] {
        index.children(of: container).map { index.keys[Int(index.entries[$0].label)].text }
    }

    /// The entry of a key's value; nil where the keyed value does not have the key.
    ///
    /// It takes the same time on average whatever the order in which a type asks.
    func child(of container: Int, for key: String) -> Int? {
        let key = CodedKey(key)
        if let child = index.childInOrder(of: container, for: key) { return child }
        guard let label = index.labels[key] else { return nil }
        if let table = tables[container] { return table[label].map(Int.init) }
        var scanned = 0
        for child in index.children(of: container) {
            if index.entries[child].label == label { return child }
            scanned += 1
            if scanned == ValueIndex.largestScan { break }
        }
        guard scanned == ValueIndex.largestScan else { return nil }
        let table = index.table(of: container)
        tables[container] = table
        return table[label].map(Int.init)
    }

    /// The steps from the whole value to an entry.
    func path(to entry: Int) -> [PathKey] {
        var path: [PathKey] = []
        var entry = entry
        while entry > 0 {
            let container = Int(index.entries[entry].parent)
            let label = Int(index.entries[entry].label)
            let isArray = if case .array = try? head(of: container) { true } else { false }
            path.append(
                isArray
                    ? PathKey(intValue: label) : PathKey(stringValue: index.keys[label].text))
            entry = container
        }
        return path.reversed()
    }
}
