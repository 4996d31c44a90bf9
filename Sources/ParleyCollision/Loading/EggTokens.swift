/// The tokens of an egg file: `<Keyword>`, braces, and words with or without quotes.
struct EggTokens {
    enum Token: Equatable {
        case keyword(String)
        case open
        case close
        case word(String)
        case end
    }

    private let bytes: [UInt8]
    private let limits: MeshLimits
    private var offset = 0
    private(set) var line = 1
    /// The next token.
    private(set) var next = Token.end

    init(_ bytes: [UInt8], _ limits: MeshLimits) throws(MeshError) {
        self.bytes = bytes
        self.limits = limits
        try advance()
    }

    /// Returns the next token and moves on.
    mutating func take() throws(MeshError) -> Token {
        let token = next
        try advance()
        return token
    }

    /// Takes a token, and throws when the next one is another.
    mutating func expect(_ token: Token, _ what: String) throws(MeshError) {
        guard next == token else { throw expected(what) }
        try advance()
    }

    func expected(_ what: String) -> MeshError {
        let found =
            switch next {
            case .keyword(let word): "<\(word)>"
            case .open: "{"
            case .close: "}"
            case .word(let word): word
            case .end: "the end of the file"
            }
        return MeshError(line: line, reason: .expected(what, found: excerpt(found)))
    }

    /// Skips everything up to the closing brace of an opening one that was taken.
    mutating func skipBody() throws(MeshError) {
        var depth = 1
        while depth > 0 {
            switch next {
            case .open: depth += 1
            case .close: depth -= 1
            case .end: throw expected("}")
            default: break
            }
            try advance()
        }
    }

    private mutating func advance() throws(MeshError) {
        try skipSpace()
        guard offset < bytes.count else {
            next = .end
            return
        }
        switch bytes[offset] {
        case UInt8(ascii: "{"): (next, offset) = (.open, offset + 1)
        case UInt8(ascii: "}"): (next, offset) = (.close, offset + 1)
        case UInt8(ascii: "\""): next = .word(try text(upTo: "\"", what: "a closing quote"))
        case UInt8(ascii: "<"): next = .keyword(try text(upTo: ">", what: ">"))
        default:
            let end = bytes[offset...].firstIndex { Self.isEndOfWord($0) } ?? bytes.count
            next = .word(try string(offset..<end))
            offset = end
        }
    }

    private static func isEndOfWord(_ byte: UInt8) -> Bool {
        byte <= 32 || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
            || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<")
    }

    private func string(_ range: Range<Int>) throws(MeshError) -> String {
        try MeshBuilder.check(range.count, limits.text, "bytes in a word", line: line)
        return String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func text(upTo mark: Unicode.Scalar, what: String) throws(MeshError) -> String
    {
        let start = offset + 1
        guard let end = bytes[start...].firstIndex(of: UInt8(ascii: mark)) else {
            throw MeshError(line: line, reason: .expected(what, found: "the end of the file"))
        }
        let text = try string(start..<end)
        line += bytes[start..<end].count { $0 == UInt8(ascii: "\n") }
        offset = end + 1
        return text
    }

    /// Skips white space and comments, `//` and `/* */`.
    private mutating func skipSpace() throws(MeshError) {
        while offset < bytes.count {
            if bytes[offset] <= 32 {
                if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
                offset += 1
            } else if starts(with: "//") {
                offset = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            } else if starts(with: "/*") {
                let begin = line
                offset += 2
                while offset < bytes.count, !starts(with: "*/") {
                    if bytes[offset] == UInt8(ascii: "\n") { line += 1 }
                    offset += 1
                }
                guard offset < bytes.count else {
                    throw MeshError(
                        line: begin, reason: .expected("*/", found: "the end of the file"))
                }
                offset += 2
            } else {
                return
            }
        }
    }

    private func starts(with text: String) -> Bool {
        guard offset + 1 < bytes.count else { return false }
        return text.utf8.elementsEqual(bytes[offset...(offset + 1)])
    }
}
