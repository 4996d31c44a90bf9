/// Reads the head of an HTTP/1 request (RFC 9112) out of what comes over a connection, as far as a server of one page needs it.
///
/// It takes no more than ``limit`` bytes, and no line that is not ended by a carriage return and a line feed: what a
/// proxy would read otherwise is refused, and not guessed.
package struct HTTPRequestReader: Hashable, Sendable {
    private var head: [UInt8] = []
    /// Whether the first line has ended.
    private var hasLine = false

    /// The most bytes of a head.
    package static let limit = 8_192
    /// The most bytes of its first line, and the most fields behind it.
    static let lineLimit = 2_048
    static let fieldLimit = 64

    /// What a reader says.
    package enum Progress: Hashable, Sendable {
        /// The head goes on.
        case incomplete
        /// It is there: a request for that page of the server's.
        case request(method: String, path: String)
        /// It is none that the server takes.
        case refused(HTTPStatus)
    }

    /// Nothing has come.
    package init() {}

    /// Takes bytes. The reader is done with the first progress that is not `incomplete`.
    package mutating func receive(_ bytes: some Collection<UInt8>) -> Progress {
        for byte in bytes {
            guard head.count < Self.limit else { return .refused(.fieldsTooLarge) }
            head.append(byte)
            guard byte == UInt8(ascii: "\n") else {
                if !hasLine, head.count > Self.lineLimit { return .refused(.targetTooLong) }
                continue
            }
            hasLine = true
            guard head.dropLast().last == UInt8(ascii: "\r") else { return .refused(.badRequest) }
            if head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
                return Self.progress(of: head.dropLast(4))
            }
        }
        return .incomplete
    }

    private static func progress(of head: ArraySlice<UInt8>) -> Progress {
        let lines = head.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        guard let first = lines.first, first.count <= lineLimit else {
            return .refused(.targetTooLong)
        }
        let words = first.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard words.count == 3, isToken(words[0]), isTarget(words[1]) else {
            return .refused(.badRequest)
        }
        let version = String(decoding: words[2], as: UTF8.self)
        guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
            return .refused(version.hasPrefix("HTTP/") ? .versionNotSupported : .badRequest)
        }
        let fields = lines.dropFirst()
        guard fields.count <= fieldLimit else { return .refused(.fieldsTooLarge) }
        guard let hosts = hosts(in: fields), hosts == 1 || (hosts == 0 && version == "HTTP/1.0")
        else { return .refused(.badRequest) }
        let target = words[1].prefix { $0 != UInt8(ascii: "?") }
        return .request(
            method: String(decoding: words[0], as: UTF8.self),
            path: String(decoding: target, as: UTF8.self))
    }

    /// How many fields name the host; nil if one of the fields is none.
    private static func hosts(in fields: ArraySlice<ArraySlice<UInt8>>) -> Int? {
        var hosts = 0
        for field in fields {
            guard let colon = field.firstIndex(of: UInt8(ascii: ":")), isToken(field[..<colon]),
                field[colon...].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
            else { return nil }
            if String(decoding: field[..<colon], as: UTF8.self).lowercased() == "host" {
                hosts += 1
            }
        }
        return hosts
    }

    /// A path of this server's, in visible characters: no other form of a target asks for a page.
    private static func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first == UInt8(ascii: "/") && bytes.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// A word of letters, digits and some signs (RFC 9110, 5.6.2).
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
