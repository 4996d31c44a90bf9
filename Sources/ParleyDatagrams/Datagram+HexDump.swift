extension Datagram: CustomStringConvertible {
    /// Returns the bytes as text, 16 on each line: the offset, the bytes in hexadecimal, and the
    /// bytes in ASCII, with a dot for those that cannot be printed.
    ///
    /// - Parameter indentation: The number of spaces in front of each line.
    /// - Returns: Lines that end with a line break. Empty when the datagram is.
    public func hexDump(indentation: Int = 0) -> String {
        let margin = String(repeating: " ", count: max(indentation, 0))
        let bytes = bytes
        var text = ""
        for line in stride(from: 0, to: bytes.count, by: 16) {
            let row = bytes[line..<min(line + 16, bytes.count)]
            text += margin + Self.hexadecimal(line, digits: 4) + "  "
            for byte in row { text += Self.hexadecimal(Int(byte), digits: 2) + " " }
            text += String(repeating: "   ", count: 16 - row.count) + " "
            for byte in row { text += Self.isPrintable(byte) ? String(UnicodeScalar(byte)) : "." }
            text += "\n"
        }
        return text
    }

    /// The number of bytes, and the first 32 of them in hexadecimal.
    public var description: String {
        let shown = slice(0..<32).bytes.map { Self.hexadecimal(Int($0), digits: 2) }
        return "Datagram(\(count) bytes: \(shown.joined())\(count > 32 ? "…" : ""))"
    }

    private static func hexadecimal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }

    private static func isPrintable(_ byte: UInt8) -> Bool {
        (0x20...0x7E).contains(byte)
    }
}
