/// Encodes one value into a node; it is its own single-value container.
struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    let information: [CodingUserInfoKey: any Sendable]
    let limits: CodingLimits

    var userInfo: [CodingUserInfoKey: Any] { information }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeKeyed()
        return KeyedEncodingContainer(KeyedValueEncoder(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeArray()
        return ArrayEncoder(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() {
        node.content = .scalar(.null)
    }

    /// An encoder of a value inside this one.
    func nested(_ node: EncodedNode, at key: any CodingKey) -> ValueEncoder {
        ValueEncoder(
            node: node, codingPath: codingPath + [key], information: information, limits: limits)
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        if let scalar = value as? any ScalarCodable {
            node.content = .scalar(scalar.scalar)
            return
        }
        // A type that contains itself without end must not use up the stack.
        guard codingPath.count <= limits.depth else {
            throw DatagramError.limitExceeded(
                what: "the depth of the value", limit: limits.depth, offset: 0)
        }
        try value.encode(to: self)
    }
}

/// Encodes the entries of a keyed value.
struct KeyedValueEncoder<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    private func nested(_ key: any CodingKey) -> ValueEncoder {
        let node = EncodedNode()
        encoder.node.set(node, for: CodedKey(key.stringValue))
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

    func superEncoder() -> any Encoder { nested(PathKey.super) }
    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }
}

/// Encodes the elements of an array.
struct ArrayEncoder: UnkeyedEncodingContainer {
    let encoder: ValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    var count: Int {
        if case .array(let elements) = encoder.node.content { elements.count } else { 0 }
    }

    private func nested() -> ValueEncoder {
        let key = PathKey(intValue: count)
        let node = EncodedNode()
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
