import ParleyDatagrams

/// Numbers that are usually small, in as few bytes as they need: seven bits in each, the lowest
/// first. The eighth bit says that another byte follows (LEB128).
extension Datagram {
    mutating func append(small number: UInt64) {
        var rest = number
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func append(count: Int) {
        append(small: UInt64(count))
    }

    /// Appends a number near 0 of either sign: 0, -1, 1, -2, 2 … are 0, 1, 2, 3, 4 …
    mutating func append(near number: Int64) {
        append(small: UInt64(bitPattern: (number << 1) ^ (number >> 63)))
    }

    /// Appends a value behind the count of its bytes.
    mutating func append(counted value: some DatagramEncodable) throws(DatagramError) {
        let bytes = try Datagram(encoding: value)
        append(count: bytes.count)
        append(contentsOf: bytes)
    }
}

extension DatagramReader {
    mutating func readSmall() throws(DatagramError) -> UInt64 {
        let start = offset
        var number: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) as StrideTo<UInt64> {
            let byte: UInt8 = try read()
            let bits = UInt64(byte & 0x7F)
            guard (bits << shift) >> shift == bits else { break }
            number |= bits << shift
            if byte & 0x80 == 0 { return number }
        }
        throw .invalidValue(expected: "a number of 64 bits", found: "more", offset: start)
    }

    /// Reads the count of elements that take at least a byte each.
    mutating func readCount() throws(DatagramError) -> Int {
        let start = offset
        let count = try readSmall()
        guard count <= UInt64(remainingCount) else {
            throw .endOfDatagram(
                expected: "what is counted", byteCount: Int(clamping: count),
                available: remainingCount, offset: start)
        }
        return Int(count)
    }

    mutating func readNear() throws(DatagramError) -> Int64 {
        let bits = try readSmall()
        return Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
    }

    mutating func readNumber() throws(DatagramError) -> UInt32 {
        let start = offset
        let number = try readSmall()
        guard let short = UInt32(exactly: number) else {
            throw .invalidValue(
                expected: "a number of 32 bits", found: "\(number)", offset: start)
        }
        return short
    }

    mutating func readCounted<Value: DatagramDecodable>() throws(DatagramError) -> Value {
        let count = try readCount()
        return try readBytes(count).decoded()
    }
}
