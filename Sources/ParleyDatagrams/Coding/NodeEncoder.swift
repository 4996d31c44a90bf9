/// What an `Encodable` type writes itself to: one node of the tree.
struct NodeEncoder: Encoder {
    let node: CodedNode
    let codingPath: [any CodingKey]
    let information: [CodingUserInfoKey: any Sendable]
    let limits: CodingLimits

    var userInfo: [CodingUserInfoKey: Any] { information }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeKeyed()
        return KeyedEncodingContainer(NodeKeyedEncoding(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeArray()
        return NodeUnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        NodeSingleEncoding(encoder: self)
    }

    /// An encoder for a value inside this one.
    func nested(_ node: CodedNode, at key: any CodingKey) -> NodeEncoder {
        NodeEncoder(
            node: node, codingPath: codingPath + [key], information: information, limits: limits)
    }

    /// Writes a value to the node.
    func encode<Value: Encodable>(_ value: Value) throws {
        if let scalar = value as? any ScalarCodable {
            node.content = .scalar(scalar.scalar)
            return
        }
        // A type that contains itself must not run the stack down before the tree is checked.
        guard codingPath.count <= limits.depth else {
            throw DatagramError.limitExceeded(
                what: "the depth of the value", limit: limits.depth, offset: 0)
        }
        try value.encode(to: self)
    }
}

struct NodeKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    private func nested(_ key: any CodingKey) -> NodeEncoder {
        let node = CodedNode()
        encoder.node.set(node, for: key.stringValue)
        return encoder.nested(node, at: key)
    }

    func encodeNil(forKey key: Key) {
        nested(key).node.content = .scalar(.null)
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try nested(key).encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(PlaceKey.super) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}

struct NodeUnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    var count: Int {
        if case .array(let elements) = encoder.node.content { elements.count } else { 0 }
    }

    private func nested() -> NodeEncoder {
        let key = PlaceKey(intValue: count)
        let node = CodedNode()
        encoder.node.append(node)
        return encoder.nested(node, at: key)
    }

    func encodeNil() {
        nested().node.content = .scalar(.null)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try nested().encode(value)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        nested().unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested() }
}

struct NodeSingleEncoding: SingleValueEncodingContainer {
    let encoder: NodeEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil() {
        encoder.node.content = .scalar(.null)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        try encoder.encode(value)
    }
}

/// The key of an array's element, and of a superclass.
struct PlaceKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    static let `super` = PlaceKey(stringValue: "super")

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "[\(intValue)]"
        self.intValue = intValue
    }
}
