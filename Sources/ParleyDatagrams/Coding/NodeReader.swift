/// Turns bytes into the tree of a value.
///
/// What it allocates is bounded by the bytes that are there and by the limits; no announced count
/// is believed.
struct NodeReader {
    var reader: DatagramReader
    let limits: CodingLimits
    private var keys: [String] = []
    private var elements = 0

    init(_ reader: DatagramReader, limits: CodingLimits) {
        self.reader = reader
        self.limits = limits
    }

    mutating func readNode(depth: Int = 0) throws(DatagramError) -> CodedNode {
        elements += 1
        try check("the number of values", elements, limits.elements)
        try check("the depth of the value", depth, limits.depth)
        let start = reader.offset
        let tag = try reader.read(UInt8.self)
        let content: CodedNode.Content =
            switch tag {
            case CodedTag.smallInteger...: .scalar(.integer(Int64(tag & 0x7F)))
            case CodedTag.shortText...: .scalar(.text(try reader.readUTF8(Int(tag & 0x1F))))
            case CodedTag.shortArray...: try readArray(Int(tag & 0x1F), depth: depth)
            case CodedTag.shortKeyed...: try readKeyed(Int(tag & 0x1F), depth: depth)
            case CodedTag.array: try readArray(try readCount(), depth: depth)
            case CodedTag.keyed: try readKeyed(try readCount(), depth: depth)
            default: .scalar(try readScalar(tag, at: start))
            }
        return CodedNode(content, offset: start)
    }

    private mutating func readScalar(
        _ tag: UInt8, at start: Int
    ) throws(DatagramError) -> CodedScalar {
        switch tag {
        case CodedTag.null: .null
        case CodedTag.no: .bool(false)
        case CodedTag.yes: .bool(true)
        case CodedTag.positive: Self.integer(try reader.readVarint())
        case CodedTag.negative: .integer(try readNegative())
        case CodedTag.float: .float(try reader.read(Float.self))
        case CodedTag.double: .double(try reader.read(Double.self))
        case CodedTag.text: .text(try reader.readUTF8(try readCount()))
        case CodedTag.bytes: .bytes(try reader.readBytes(try readCount()))
        default:
            throw .invalidValue(
                expected: "the tag of a value", found: "the byte \(tag)", offset: start)
        }
    }

    private static func integer(_ value: UInt64) -> CodedScalar {
        Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
    }

    private mutating func readNegative() throws(DatagramError) -> Int64 {
        let start = reader.offset
        let value = try reader.readVarint()
        guard let distance = Int64(exactly: value) else {
            throw .invalidValue(
                expected: "a negative number of 64 bits", found: "-1 - \(value)", offset: start)
        }
        return -1 - distance
    }

    /// A count of things that take at least one byte each: more than bytes left is wrong.
    private mutating func readCount() throws(DatagramError) -> Int {
        let count = try reader.readVarint()
        guard count <= UInt64(reader.remainingCount) else {
            throw .endOfDatagram(
                expected: "contents", byteCount: Int(clamping: count),
                available: reader.remainingCount, offset: reader.offset)
        }
        return Int(count)
    }

    private mutating func readArray(
        _ count: Int, depth: Int
    ) throws(DatagramError) -> CodedNode.Content {
        var nodes: [CodedNode] = []
        for _ in 0..<count { nodes.append(try readNode(depth: depth + 1)) }
        return .array(nodes)
    }

    private mutating func readKeyed(
        _ count: Int, depth: Int
    ) throws(DatagramError) -> CodedNode.Content {
        var keys: [String] = []
        var values: [CodedNode] = []
        var index: [String: Int] = [:]
        for place in 0..<count {
            let start = reader.offset
            let key = try readKey()
            guard index.updateValue(place, forKey: key) == nil else {
                throw .invalidValue(
                    expected: "each key once", found: "the key \(key) again", offset: start)
            }
            keys.append(key)
            values.append(try readNode(depth: depth + 1))
        }
        return .keyed(keys: keys, values: values, index: index)
    }

    private mutating func readKey() throws(DatagramError) -> String {
        let start = reader.offset
        let head = try reader.readVarint()
        guard head & 1 == 1 else {
            let key = try reader.readUTF8(Int(clamping: head >> 1))
            keys.append(key)
            return key
        }
        guard head >> 1 < UInt64(keys.count) else {
            throw .invalidValue(
                expected: "one of \(keys.count) keys", found: "key \(head >> 1)", offset: start)
        }
        return keys[Int(head >> 1)]
    }

    private func check(_ what: String, _ value: Int, _ limit: Int) throws(DatagramError) {
        guard value <= limit else {
            throw .limitExceeded(what: what, limit: limit, offset: reader.offset)
        }
    }
}
