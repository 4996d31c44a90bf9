/// Decodes the elements of an array, or bytes one after the other.
struct ArrayDecoder: UnkeyedDecodingContainer {
    private let value: IndexedValue
    private let entry: Int
    private let elementCount: Int
    /// The offset of the first byte, where the entry is bytes.
    ///
    /// Bytes have no entries of their own: those would take 24 times the memory of the bytes.
    private let firstByte: Int?
    private(set) var currentIndex = 0
    /// The entry of the next element, where the entry is an array.
    private var nextEntry: Int

    init(value: IndexedValue, entry: Int, count: Int, firstByte: Int? = nil) {
        self.value = value
        self.entry = entry
        elementCount = count
        self.firstByte = firstByte
        nextEntry = entry + 1
    }

    var codingPath: [any CodingKey] { value.path(to: entry) }
    var count: Int? { elementCount }
    var isAtEnd: Bool { currentIndex >= elementCount }

    /// A decoder of the next element.
    private func next() throws -> ValueDecoder {
        guard !isAtEnd else {
            throw DatagramError(
                path: value.path(to: entry),
                reason: "the array has only \(elementCount) elements")
        }
        if let firstByte {
            return ValueDecoder(value: value, entry: entry, byteOffset: firstByte + currentIndex)
        }
        value.markRequested(nextEntry)
        return ValueDecoder(value: value, entry: nextEntry)
    }

    /// Moves on to the element behind the next one.
    private mutating func advance() {
        currentIndex += 1
        if firstByte == nil { nextEntry = value.end(of: nextEntry) }
    }

    mutating func decodeNil() throws -> Bool {
        guard try next().decodeNil() else { return false }
        advance()
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let result = try next().decode(type)
        advance()
        return result
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try next().container(keyedBy: type)
        advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try next().unkeyedContainer()
        advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try next()
        advance()
        return decoder
    }
}
