package import ParleyDatagrams

/// A check of 16 bits, for what a wrong bit would make a wrong move instead of an error.
///
/// UDP has one of its own, but some networks do not fill it in. It is a hash (multiply and shift, eight
/// bytes at a time) against accidents; whoever means harm can compute it.
enum CheckFormat {
    static let byteCount = 2

    static func check(_ bytes: Datagram) -> UInt16 {
        var reader = bytes.reader
        var hash = mix(0, UInt64(bytes.count))
        while let word = try? reader.read(UInt64.self) { hash = mix(hash, word) }
        while let byte = try? reader.read(UInt8.self) { hash = mix(hash, UInt64(byte)) }
        return UInt16(truncatingIfNeeded: hash >> 48)
    }

    private static func mix(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
        return product ^ product >> 29
    }
}

extension Datagram {
    /// Appends the check of other bytes.
    package mutating func append(check bytes: Datagram) {
        append(CheckFormat.check(bytes))
    }
}

extension DatagramReader {
    /// Reads a check, which has to be that of all that follows.
    mutating func expectCheck() throws(DatagramError) {
        let start = offset
        let check: UInt16 = try read()
        var rest = self
        let expected = CheckFormat.check(rest.readRemaining())
        guard check == expected else {
            throw .invalidValue(
                expected: "the check \(expected)", found: "\(check)", offset: start)
        }
    }
}
