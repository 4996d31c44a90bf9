/// What a `Decodable` type reads itself from: one node of the tree.
struct NodeDecoder: Decoder {
    let node: CodedNode
    let codingPath: [any CodingKey]
    let information: [CodingUserInfoKey: any Sendable]

    var userInfo: [CodingUserInfoKey: Any] { information }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard case .keyed = node.content else { throw mismatch("a value with keys") }
        return KeyedDecodingContainer(NodeKeyedDecoding(decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch node.content {
        case .array(let nodes): NodeUnkeyedDecoding(decoder: self, elements: .nodes(nodes))
        case .scalar(.bytes(let bytes)):
            NodeUnkeyedDecoding(decoder: self, elements: .bytes(bytes.bytes))
        default: throw mismatch("an array")
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        NodeSingleDecoding(decoder: self)
    }

    /// A decoder for a value inside this one.
    func nested(_ node: CodedNode, at key: any CodingKey) -> NodeDecoder {
        NodeDecoder(node: node, codingPath: codingPath + [key], information: information)
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let scalarType = type as? any ScalarCodable.Type else {
            return try Value(from: self)
        }
        if case .scalar(let scalar) = node.content,
            let value = scalarType.init(scalar) as? Value
        {
            return value
        }
        // An array of numbers that somebody else did not write as bytes, or the other way round.
        if type == [UInt8].self { return try Value(from: self) }
        throw mismatch("\(type)")
    }

    func mismatch(_ expected: String) -> DatagramError {
        .coding(
            path: codingPath.text,
            reason: "expected \(expected) at offset \(node.offset), but found \(node.kind)")
    }
}

struct NodeKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: NodeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    var allKeys: [Key] {
        guard case .keyed(let keys, _, _) = decoder.node.content else { return [] }
        return keys.compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        guard case .keyed(_, _, let index) = decoder.node.content else { return false }
        return index[key.stringValue] != nil
    }

    private func nested(_ key: any CodingKey) throws -> NodeDecoder {
        guard let node = decoder.node.value(for: key.stringValue) else {
            let context = DecodingError.Context(
                codingPath: codingPath, debugDescription: "the key \(key.stringValue) is missing")
            throw DecodingError.keyNotFound(key, context)
        }
        return decoder.nested(node, at: key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try nested(key).node.isNull
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try nested(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try nested(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try nested(PlaceKey.super) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try nested(key) }
}

struct NodeUnkeyedDecoding: UnkeyedDecodingContainer {
    let decoder: NodeDecoder
    let elements: CodedElements
    var currentIndex = 0

    init(decoder: NodeDecoder, elements: CodedElements) {
        self.decoder = decoder
        self.elements = elements
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    /// The next element.
    ///
    /// The caller goes on to the one behind it when it could be read.
    private func next() throws -> NodeDecoder {
        guard !isAtEnd else {
            throw DatagramError.coding(
                path: codingPath.text, reason: "the array has only \(elements.count) elements")
        }
        let key = PlaceKey(intValue: currentIndex)
        switch elements {
        case .nodes(let nodes):
            decoder.node.markAsked(currentIndex, of: nodes.count)
            return decoder.nested(nodes[currentIndex], at: key)
        case .bytes(let bytes):
            let scalar = CodedScalar.integer(Int64(bytes[currentIndex]))
            return decoder.nested(CodedNode(.scalar(scalar), offset: decoder.node.offset), at: key)
        }
    }

    mutating func decodeNil() throws -> Bool {
        guard try next().node.isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try next().decode(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try next().container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try next().unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let nested = try next()
        currentIndex += 1
        return nested
    }
}

struct NodeSingleDecoding: SingleValueDecodingContainer {
    let decoder: NodeDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.node.isNull }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try decoder.decode(type)
    }
}

extension [any CodingKey] {
    /// The path as in Swift: `players[3].name`.
    var text: String {
        reduce("") { path, key in
            if key.intValue != nil, key is PlaceKey { return path + key.stringValue }
            return path.isEmpty ? key.stringValue : path + "." + key.stringValue
        }
    }
}
