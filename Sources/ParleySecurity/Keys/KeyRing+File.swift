/// The file of a ring: a line for each key, its number, a space, and 64 hexadecimal digits.
extension KeyRing {
    /// The keys that a file holds. Where there is no file, one with a new key is written.
    ///
    /// Blocks until the disk answers. Of several programs that begin at once, all get the same keys.
    ///
    /// - Parameter path: A file that only this user may read.
    package init(keptIn path: String) throws(KeyRingError) {
        let lines: [KeyLine]?
        do throws(SecurityFileError) {
            if !SecurityFile.exists(path) {
                let text = KeyLine.text(of: [KeyLine(number: 1)])
                _ = try text.withBytes { (bytes) throws(SecurityFileError) in
                    try SecurityFile.write(bytes, to: path, isReplacing: false)
                }
            }
            lines = try KeyLine.read(path)
        } catch { throw .file(error) }
        guard let lines else { throw .damaged(path: path) }
        self.init(
            Dictionary(lines.map { ($0.number, RandomNonceSealer(key: $0.key)) }) { $1 })
    }

    /// Adds a new key to a file, and drops the oldest ones.
    ///
    /// A process that has read the file before knows the keys of before. All of them should read it again before
    /// the key that they seal with is dropped.
    ///
    /// Blocks until the disk answers. One process rotates at a time.
    ///
    /// - Parameter count: How many keys the file has afterwards at the most, from 1 to ``mostKeys``.
    package static func rotate(fileAt path: String, keeping count: Int = 3) throws(KeyRingError) {
        let lines: [KeyLine]?
        do throws(SecurityFileError) {
            lines = try KeyLine.read(path)
        } catch { throw .file(error) }
        guard let lines, let last = lines.map(\.number).max(), last < .max else {
            throw .damaged(path: path)
        }
        let ordered = lines.sorted { $0.number < $1.number } + [KeyLine(number: last + 1)]
        let text = KeyLine.text(of: Array(ordered.suffix(min(max(count, 1), mostKeys))))
        do throws(SecurityFileError) {
            _ = try text.withBytes { (bytes) throws(SecurityFileError) in
                try SecurityFile.write(bytes, to: path, isReplacing: true)
            }
        } catch { throw .file(error) }
    }
}

/// A file with the keys of a ring could not be used.
public enum KeyRingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file could not be read or written.
    case file(SecurityFileError)
    /// The file holds something other than keys.
    case damaged(path: String)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .file(let error): error.description
        case .damaged(let path):
            "\(path) holds no keys: 1 to \(KeyRing.mostKeys) lines, each a number and 64 hexadecimal digits"
        }
    }
}

/// A key of a file. Neither it nor the text of the file is ever in a string: both are overwritten.
private final class KeyLine: Sendable {
    let number: UInt32
    let key: Secret

    /// A new key.
    init(number: UInt32) {
        self.number = number
        key = Secret(randomCount: RandomNonceSealer.keyCount)
    }

    private init(number: UInt32, key: consuming Secret) {
        self.number = number
        self.key = key
    }

    private static let digitCount = 2 * RandomNonceSealer.keyCount
    /// A number of at most ten digits, a space, the key, and the end of the line.
    private static let longest = 10 + 1 + digitCount + 1

    /// The keys of a file; nil if it holds something else.
    static func read(_ path: String) throws(SecurityFileError) -> [KeyLine]? {
        let file = try SecurityFile.read(path, access: .owner, limit: KeyRing.mostKeys * longest)
        return file.withBytes { parse($0) }
    }

    private static func parse(_ text: Span<UInt8>) -> [KeyLine]? {
        var lines: [KeyLine] = []
        var offset = 0
        while offset < text.count {
            guard let line = KeyLine(text, at: &offset), lines.count < KeyRing.mostKeys,
                !lines.contains(where: { $0.number == line.number })
            else { return nil }
            lines.append(line)
        }
        return lines.isEmpty ? nil : lines
    }

    private convenience init?(_ text: Span<UInt8>, at offset: inout Int) {
        var number: UInt32 = 0
        let start = offset
        while offset < text.count, text[offset] != UInt8(ascii: " ") {
            let digit = text[offset] &- UInt8(ascii: "0")
            let (product, isLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isLarger) = product.addingReportingOverflow(UInt32(digit))
            guard digit < 10, !isLarge, !isLarger else { return nil }
            number = sum
            offset += 1
        }
        guard offset > start, text.count - offset > Self.digitCount else { return nil }
        let first = offset + 1
        var isRight = true
        let key = Secret(count: RandomNonceSealer.keyCount) { bytes in
            for index in bytes.indices {
                let (high, low) = (
                    Self.value(text[first + 2 * index]), Self.value(text[first + 2 * index + 1])
                )
                bytes[index] = (high ?? 0) << 4 | (low ?? 0)
                isRight = isRight && high != nil && low != nil
            }
        }
        offset = first + Self.digitCount
        // The last line may lack its end.
        if offset < text.count {
            guard text[offset] == UInt8(ascii: "\n") else { return nil }
            offset += 1
        }
        guard isRight else { return nil }
        self.init(number: number, key: key)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }

    /// The text of a file with these keys.
    static func text(of lines: [KeyLine]) -> Secret {
        let numbers = lines.map { Array("\($0.number) ".utf8) }
        let count = numbers.reduce(0) { $0 + $1.count + digitCount + 1 }
        let digits = Array("0123456789abcdef".utf8)
        return Secret(count: count) { text in
            var offset = 0
            func append(_ byte: UInt8, to text: inout MutableSpan<UInt8>) {
                text[offset] = byte
                offset += 1
            }
            for (line, number) in zip(lines, numbers) {
                for byte in number { append(byte, to: &text) }
                line.key.withBytes { key in
                    for index in key.indices {
                        append(digits[Int(key[index] >> 4)], to: &text)
                        append(digits[Int(key[index] & 15)], to: &text)
                    }
                }
                append(UInt8(ascii: "\n"), to: &text)
            }
        }
    }
}
