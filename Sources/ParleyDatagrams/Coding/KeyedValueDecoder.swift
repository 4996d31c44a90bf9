/// Decodes the entries of a keyed value.
struct KeyedValueDecoder<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let value: IndexedValue
    let entry: Int

    var codingPath: [any CodingKey] { value.path(to: entry) }

    var allKeys: [Key] {
        value.keys(of: entry).compactMap { Key(stringValue: $0) }
    }

    func contains(_ key: Key) -> Bool {
        value.child(of: entry, for: key.stringValue) != nil
    }

    private func decoder(for key: any CodingKey) throws -> ValueDecoder {
        guard let child = value.child(of: entry, for: key.stringValue) else {
            let context = DecodingError.Context(
                codingPath: codingPath, debugDescription: "the key \(key.stringValue) is missing")
            throw DecodingError.keyNotFound(key, context)
        }
        value.markRequested(child)
        return ValueDecoder(value: value, entry: child)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        try decoder(for: key).decodeNil()
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try decoder(for: key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try decoder(for: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try decoder(for: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try decoder(for: PathKey.super) }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(for: key) }
}
