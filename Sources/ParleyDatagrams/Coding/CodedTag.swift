/// The first byte of an encoded value.
enum CodedTag {
    static let null: UInt8 = 0x00
    static let no: UInt8 = 0x01
    static let yes: UInt8 = 0x02
    /// Followed by n as a varint.
    static let positive: UInt8 = 0x03
    /// The number −1 − n, followed by n as a varint.
    static let negative: UInt8 = 0x04
    static let float: UInt8 = 0x05
    static let double: UInt8 = 0x06
    /// Followed by a count as a varint, and as many bytes or values.
    static let text: UInt8 = 0x07
    static let bytes: UInt8 = 0x08
    static let array: UInt8 = 0x09
    static let keyed: UInt8 = 0x0A
    /// A count below 32 is in the low five bits.
    static let shortKeyed: UInt8 = 0x20
    static let shortArray: UInt8 = 0x40
    static let shortText: UInt8 = 0x60
    /// The number, below 128, is in the low seven bits.
    static let smallInteger: UInt8 = 0x80
}

extension Datagram {
    /// Appends a number in groups of seven bits, the lowest first (LEB128). The top bit of a byte
    /// says that another follows.
    package mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

extension DatagramReader {
    /// Reads a number in groups of seven bits: at most 64 bits, and no more bytes than it needs.
    package mutating func readVarint() throws(DatagramError) -> UInt64 {
        try atomically { (reader) throws(DatagramError) in
            let start = reader.position
            var value: UInt64 = 0
            for shift in stride(from: 0, through: 63, by: 7) {
                let byte = try reader.read(UInt8.self)
                let group = UInt64(byte & 0x7F)
                guard shift < 63 || group < 2, shift == 0 || byte != 0 else { break }
                value |= group << UInt64(shift)
                if byte < 0x80 { return value }
            }
            throw .invalidValue(
                expected: "a number of at most 64 bits in groups of seven",
                found: "too many groups", offset: start)
        }
    }
}
