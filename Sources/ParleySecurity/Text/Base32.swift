/// Base32 without padding (RFC 4648, section 6): letters and the digits 2 to 7, which people can
/// read to each other.
enum Base32 {
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The text of some bytes.
    static func text(of bytes: Span<UInt8>) -> String {
        var text = ""
        var bits: UInt32 = 0
        var bitCount = 0
        for index in bytes.indices {
            bits = bits << 8 | UInt32(bytes[index])
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                append(bits >> UInt32(bitCount), to: &text)
            }
        }
        if bitCount > 0 { append(bits << UInt32(5 - bitCount), to: &text) }
        return text
    }

    private static func append(_ digit: UInt32, to text: inout String) {
        text.unicodeScalars.append(Unicode.Scalar(alphabet[Int(digit & 31)]))
    }

    /// The bytes of a text that ``text(of:)`` made, or of the same in capitals.
    ///
    /// - Returns: nil where the text is no base32 or has another length. Bits that no byte needs must
    ///   be zero, so that one value has one text.
    static func bytes(of text: Substring, count: Int) -> [UInt8]? {
        let digits = text.utf8
        guard digits.count == (count * 8 + 4) / 5 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        var bits: UInt32 = 0
        var bitCount = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 5 | value) & 0xFFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        guard bits & ((1 << UInt32(bitCount)) - 1) == 0 else { return nil }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(digit - UInt8(ascii: "2")) + 26
        default: nil
        }
    }
}
