/// Appends a tree of values to a datagram.
struct EncodedNodeWriter {
    var datagram: Datagram
    let limits: CodingLimits
    /// The number of each key that was spelled out.
    private var keyNumbers: [CodedKey: Int] = [:]
    private var references = KeyReferences()
    private var elements = 0
    private let start: Int

    init(_ datagram: Datagram, limits: CodingLimits) {
        self.datagram = datagram
        start = datagram.count
        self.limits = limits
    }

    mutating func write(_ node: EncodedNode, depth: Int = 0) throws(DatagramError) {
        elements += 1
        try check("the number of values", elements, limits.elements)
        try check("the depth of the value", depth, limits.depth)
        switch node.content {
        case .none: datagram.append(CodedTag.shortKeyed)
        case .scalar(let scalar): write(scalar)
        case .array(let nodes):
            writeCount(nodes.count, short: CodedTag.shortArray, long: CodedTag.array)
            for node in nodes { try write(node, depth: depth + 1) }
        case .keyed(let keys, let values, _):
            writeCount(keys.count, short: CodedTag.shortKeyed, long: CodedTag.keyed)
            for (key, value) in zip(keys, values) {
                try write(key: key)
                try write(value, depth: depth + 1)
            }
        }
    }

    private mutating func write(_ scalar: CodedScalar) {
        switch scalar {
        case .null: datagram.append(CodedTag.null)
        case .bool(let value): datagram.append(value ? CodedTag.yes : CodedTag.no)
        case .integer(let value): write(value)
        case .unsigned(let value):
            datagram.append(CodedTag.positive)
            datagram.append(varint: value)
        case .float(let value):
            datagram.append(CodedTag.float)
            datagram.append(value)
        case .double(let value):
            datagram.append(CodedTag.double)
            datagram.append(value)
        case .text(let text):
            writeCount(text.utf8.count, short: CodedTag.shortText, long: CodedTag.text)
            datagram.append(bytes: text.utf8)
        case .bytes(let bytes):
            datagram.append(CodedTag.bytes)
            datagram.append(varint: UInt64(bytes.count))
            datagram.append(contentsOf: bytes)
        }
    }

    private mutating func write(_ integer: Int64) {
        if (0..<128).contains(integer) {
            datagram.append(CodedTag.smallInteger | UInt8(integer))
        } else if integer > 0 {
            datagram.append(CodedTag.positive)
            datagram.append(varint: UInt64(integer))
        } else {
            datagram.append(CodedTag.negative)
            datagram.append(varint: UInt64(-1 - integer))
        }
    }

    private mutating func writeCount(_ count: Int, short: UInt8, long: UInt8) {
        guard count >= 32 else { return datagram.append(short | UInt8(count)) }
        datagram.append(long)
        datagram.append(varint: UInt64(count))
    }

    /// A key is spelled out once and is a number afterwards, so arrays of structures stay small.
    private mutating func write(key: CodedKey) throws(DatagramError) {
        if let number = keyNumbers[key] {
            datagram.append(varint: UInt64(number) << 1 | 1)
            return try references.add(
                key.repetitionCost, start: start, offset: datagram.count)
        }
        try check("the length of a key", key.text.utf8.count, limits.keyLength)
        keyNumbers[key] = keyNumbers.count
        datagram.append(varint: UInt64(key.text.utf8.count) << 1)
        datagram.append(bytes: key.text.utf8)
    }

    private func check(_ what: String, _ value: Int, _ limit: Int) throws(DatagramError) {
        guard value <= limit else {
            throw .limitExceeded(what: what, limit: limit, offset: datagram.count)
        }
    }
}
