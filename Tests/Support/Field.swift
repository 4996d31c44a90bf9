package import ParleyDatagrams
package import ParleySockets

/// A field of any kind.
package enum Field: Equatable {
    case int8(Int8), int16(Int16, ByteOrder), int32(Int32, ByteOrder), int64(Int64, ByteOrder)
    case uint8(UInt8), uint16(UInt16, ByteOrder), uint32(UInt32, ByteOrder)
    case uint64(UInt64, ByteOrder)
    /// The bits of the number, so that NaN equals itself.
    case float32(UInt32, ByteOrder), float64(UInt64, ByteOrder)
    case bool(Bool)
    case string(String, LengthPrefix), zeroTerminated(String), fixed(String, Int), wide(String)
    case blob([UInt8], LengthPrefix), raw([UInt8])

    /// Appends the field.
    package func write(to datagram: inout Datagram) throws(DatagramError) {
        switch self {
        case .int8(let value): datagram.append(value)
        case .int16(let value, let order): datagram.append(value, order)
        case .int32(let value, let order): datagram.append(value, order)
        case .int64(let value, let order): datagram.append(value, order)
        case .uint8(let value): datagram.append(value)
        case .uint16(let value, let order): datagram.append(value, order)
        case .uint32(let value, let order): datagram.append(value, order)
        case .uint64(let value, let order): datagram.append(value, order)
        case .float32(let bits, let order): datagram.append(Float(bitPattern: bits), order)
        case .float64(let bits, let order): datagram.append(Double(bitPattern: bits), order)
        case .bool(let value): datagram.append(value)
        case .string(let text, let length): try datagram.append(text, length: length)
        case .zeroTerminated(let text): datagram.appendZeroTerminated(text)
        case .fixed(let text, let count): datagram.appendFixed(text, byteCount: count)
        case .wide(let text): try datagram.appendWide(text)
        case .blob(let bytes, let length): try datagram.append(blob: bytes, length: length)
        case .raw(let bytes): datagram.append(bytes: bytes)
        }
    }

    /// Reads a field of the same kind as this one.
    package func read(from reader: inout DatagramReader) throws(DatagramError) -> Field {
        switch self {
        case .int8: .int8(try reader.read())
        case .int16(_, let order): .int16(try reader.read(Int16.self, order), order)
        case .int32(_, let order): .int32(try reader.read(Int32.self, order), order)
        case .int64(_, let order): .int64(try reader.read(Int64.self, order), order)
        case .uint8: .uint8(try reader.read())
        case .uint16(_, let order): .uint16(try reader.read(UInt16.self, order), order)
        case .uint32(_, let order): .uint32(try reader.read(UInt32.self, order), order)
        case .uint64(_, let order): .uint64(try reader.read(UInt64.self, order), order)
        case .float32(_, let order):
            .float32(try reader.read(Float.self, order).bitPattern, order)
        case .float64(_, let order):
            .float64(try reader.read(Double.self, order).bitPattern, order)
        case .bool: .bool(try reader.read(Bool.self))
        case .string(_, let length): .string(try reader.readString(length: length), length)
        case .zeroTerminated: .zeroTerminated(try reader.readZeroTerminated())
        case .fixed(_, let count): .fixed(try reader.readFixed(byteCount: count), count)
        case .wide: .wide(try reader.readWide())
        case .blob(_, let length): .blob(try reader.readBlob(length: length).bytes, length)
        case .raw(let bytes): .raw(try reader.readBytes(bytes.count).bytes)
        }
    }

    /// Returns a random field.
    package static func random(using random: inout SeededGenerator) -> Field {
        let order: ByteOrder = Bool.random(using: &random) ? .little : .big
        let length = LengthPrefix.allCases.randomElement(using: &random) ?? .uint16
        let word = random.next()
        let size = Int.random(in: 0...40, using: &random)
        let text = random.text(size)
        return switch Int.random(in: 0..<17, using: &random) {
        case 0: .int8(Int8(truncatingIfNeeded: word))
        case 1: .int16(Int16(truncatingIfNeeded: word), order)
        case 2: .int32(Int32(truncatingIfNeeded: word), order)
        case 3: .int64(Int64(truncatingIfNeeded: word), order)
        case 4: .uint8(UInt8(truncatingIfNeeded: word))
        case 5: .uint16(UInt16(truncatingIfNeeded: word), order)
        case 6: .uint32(UInt32(truncatingIfNeeded: word), order)
        case 7: .uint64(word, order)
        case 8: .float32(UInt32(truncatingIfNeeded: word), order)
        case 9: .float64(word, order)
        case 10: .bool(word.isMultiple(of: 2))
        case 11: .string(text, length)
        case 12: .zeroTerminated(text.filter { $0 != "\u{0}" })
        case 13: .fixed(text.filter { $0 != "\u{0}" }, text.utf8.count + 3)
        case 14: .wide(text)
        case 15: .blob(random.bytes(size), length)
        default: .raw(random.bytes(size))
        }
    }
}
