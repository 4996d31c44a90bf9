/// Decodes one part of an encoded value; it is its own single-value container.
struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: IndexedValue
    let entry: Int
    /// The offset in the datagram of the one byte to decode, where the entry is bytes that a type
    /// reads as an array of numbers; negative everywhere else.
    var byteOffset = -1

    var userInfo: [CodingUserInfoKey: Any] { value.userInfo }
    var codingPath: [any CodingKey] { path }

    func container<Key: CodingKey>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        guard byteOffset < 0, case .keyed = try value.head(of: entry) else {
            throw mismatch("a value with keys")
        }
        return KeyedDecodingContainer(KeyedValueDecoder(value: value, entry: entry))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard byteOffset < 0 else { throw mismatch("an array") }
        switch try value.head(of: entry) {
        case .array(let count):
            return ArrayDecoder(value: value, entry: entry, count: count)
        case .bytes(let count):
            try value.openBytes(count, of: entry)
            let first = try value.firstByte(of: entry)
            return ArrayDecoder(value: value, entry: entry, count: count, firstByte: first)
        default: throw mismatch("an array")
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decodeNil() -> Bool {
        if case .null? = try? scalar { true } else { false }
    }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let scalarType = type as? any ScalarCodable.Type else {
            return try Value(from: self)
        }
        if let scalar = try scalar, let result = scalarType.init(scalar) as? Value {
            return result
        }
        // Another program may have written an array of numbers instead of bytes.
        if type == [UInt8].self { return try Value(from: self) }
        throw mismatch("\(type)")
    }

    /// The value, unless it is a container.
    private var scalar: CodedScalar? {
        get throws(DatagramError) {
            guard byteOffset < 0 else { return .integer(Int64(value.byte(at: byteOffset))) }
            return try value.scalar(of: entry)
        }
    }

    /// The steps from the whole value to this part of it.
    ///
    /// They are found when they are asked for, which is mostly when something is wrong.
    private var path: [PathKey] {
        let path = value.path(to: entry)
        guard byteOffset >= 0, let first = try? value.firstByte(of: entry) else { return path }
        return path + [PathKey(intValue: byteOffset - first)]
    }

    private func mismatch(_ expected: String) -> DatagramError {
        let kind = (try? scalar?.kind ?? value.head(of: entry).kind) ?? "an invalid text"
        return DatagramError(
            path: path,
            reason: "expected \(expected) at offset \(value.offset(of: entry)), but found \(kind)")
    }
}
