package import ParleyDatagrams

extension DatagramReader {
    /// Reads a byte that is 0 or 1.
    mutating func readFlag() throws(DatagramError) -> Bool {
        let start = offset
        switch try read(UInt8.self) {
        case 0: return false
        case 1: return true
        case let byte: throw .invalidValue(expected: "0 or 1", found: "\(byte)", offset: start)
        }
    }

    /// Reads a u64 that counts something, below 2⁶³: so the next number exists, and a column of a table has it.
    package mutating func readCounter(_ what: String) throws(DatagramError) -> UInt64 {
        let start = offset
        let number: UInt64 = try read()
        guard number <= Int64.max else {
            throw .invalidValue(expected: "\(what) below 2⁶³", found: "\(number)", offset: start)
        }
        return number
    }

    /// Reads 0, or 1 and a value.
    mutating func readOptional<Value: DatagramDecodable>() throws(DatagramError) -> Value? {
        try readFlag() ? try read(Value.self) : nil
    }

    /// Reads a u8 that numbers a case.
    mutating func readCase<Value: RawRepresentable<UInt8>>(
        _ what: String
    ) throws(DatagramError) -> Value {
        let start = offset
        let byte: UInt8 = try read()
        guard let value = Value(rawValue: byte) else {
            throw .invalidValue(expected: what, found: "\(byte)", offset: start)
        }
        return value
    }

    /// Reads a u16 count, which is compared with a limit and with the bytes that are left, and values.
    mutating func readArray<Value>(
        of what: String, upTo limit: Int, atLeast byteCount: Int,
        _ element: (inout DatagramReader) throws(DatagramError) -> Value
    ) throws(DatagramError) -> [Value] {
        let start = offset
        let count = Int(try read(UInt16.self))
        guard count <= limit else { throw .limitExceeded(what: what, limit: limit, offset: start) }
        guard count * byteCount <= remainingCount else {
            throw .endOfDatagram(
                expected: what, byteCount: count * byteCount, available: remainingCount,
                offset: offset)
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try element(&self)) }
        return values
    }

    /// Reads an address: a text of at most 255 bytes behind its u8 count.
    mutating func readAddress() throws(DatagramError) -> String {
        let start = offset
        let bytes = try readBytes(Int(try read(UInt8.self))).bytes
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalidValue(
                expected: "an address in ASCII", found: "other bytes", offset: start)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Datagram {
    /// Appends 0, or 1 and the value.
    mutating func append(optional value: (some DatagramEncodable)?) throws(DatagramError) {
        append(value != nil)
        if let value { try value.encode(into: &self) }
    }

    /// Appends a u16 count and the values.
    mutating func append<Value>(
        array: [Value], of what: String, upTo limit: Int,
        _ element: (inout Datagram, Value) throws(DatagramError) -> Void
    ) throws(DatagramError) {
        guard array.count <= limit else {
            throw .tooLong(what: what, count: array.count, maximum: limit)
        }
        append(UInt16(truncatingIfNeeded: array.count))
        for value in array { try element(&self, value) }
    }

    /// Appends an address behind its u8 count.
    mutating func append(address: String) throws(DatagramError) {
        guard address.utf8.count <= 255 else {
            throw .tooLong(what: "an address", count: address.utf8.count, maximum: 255)
        }
        append(UInt8(truncatingIfNeeded: address.utf8.count))
        append(bytes: address.utf8)
    }
}
