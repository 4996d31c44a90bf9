/// A text of a bounded length: a word for its length and one for each four bytes.
public struct TextField: FieldKind {
    /// The most bytes of UTF-8.
    public let maximum: Int

    /// - Parameter maximum: bytes of UTF-8, clamped to 1 … 512; longer texts are cut before the
    ///   character that goes over it.
    @inlinable @inline(__always)
    public init(maximum: Int) {
        self.maximum = min(max(maximum, 1), 512)
    }

    /// How many words a field takes.
    @inlinable @inline(__always)
    public var wordCount: Int { 1 + (maximum + 3) / 4 }

    /// How each word is sent.
    public var codings: [WordCoding] {
        let length = Int.bitWidth - maximum.leadingZeroBitCount
        return [.whole(bits: length)] + Array(repeating: .whole(bits: 32), count: wordCount - 1)
    }

    /// The kind, as the schema's description has it.
    public var summary: String { "text of \(maximum) bytes" }

    /// Appends the words of a value, or of the nearest value that the kind can represent.
    public func quantise(_ value: String, into words: inout WordWriter) {
        let text = value.utf8.count <= maximum ? value[...] : prefix(of: value)
        words.append(UInt32(truncatingIfNeeded: text.utf8.count))
        var bytes = text.utf8.makeIterator()
        for _ in 1..<wordCount {
            var word: UInt32 = 0
            for shift in 0..<4 as Range<UInt32> {
                word |= UInt32(bytes.next() ?? 0) << (shift * 8)
            }
            words.append(word)
        }
    }

    /// Bytes that are no UTF-8 become replacement characters.
    public func dequantise(_ words: inout WordReader) -> String {
        let length = min(Int(words.next()), maximum)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length + 3)
        for _ in 1..<wordCount {
            let word = words.next()
            guard bytes.count < length else { continue }
            for shift in 0..<4 as Range<UInt32> {
                bytes.append(UInt8(truncatingIfNeeded: word >> (shift * 8)))
            }
        }
        return String(decoding: bytes.prefix(length), as: UTF8.self)
    }

    private func prefix(of text: String) -> Substring {
        var end = text.startIndex
        var count = 0
        for index in text.indices {
            count += text[index].utf8.count
            if count > maximum { break }
            end = text.index(after: index)
        }
        return text[..<end]
    }
}

extension FieldKind where Self == TextField {
    /// A text.
    ///
    /// - Parameter maximum: the most bytes of UTF-8, up to 512.
    @inlinable @inline(__always)
    public static func text(maximum: Int) -> TextField { TextField(maximum: maximum) }
}
