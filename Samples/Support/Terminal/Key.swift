/// A key press, as a terminal reports it.
package enum Key: Hashable, Sendable {
    case up, down, left, right
    case enter, escape, backspace
    case character(Character)
}

/// Turns the bytes that a terminal sends into keys.
package struct KeyDecoder: Sendable {
    /// The first bytes of a character whose rest has not arrived.
    private var pending: [UInt8] = []

    package init() {}

    /// The keys that these bytes complete, in order.
    ///
    /// An escape byte at the end of `bytes` is the Escape key, because the bytes of a key's sequence
    /// arrive together.
    package mutating func keys(in bytes: some Sequence<UInt8>) -> [Key] {
        var rest = (pending + bytes)[...]
        pending = []
        var keys: [Key] = []
        while let first = rest.first {
            if first == 0x1B {
                keys += Self.escapeSequence(&rest)
            } else if let character = Self.character(&rest) {
                keys += Self.key(character)
            } else {
                pending = Array(rest)
                break
            }
        }
        return keys
    }

    private static func key(_ character: Character) -> [Key] {
        switch character {
        case "\r", "\n", "\r\n": [.enter]
        case "\u{7F}", "\u{08}": [.backspace]
        default: (character.asciiValue ?? 0x20) < 0x20 ? [] : [.character(character)]
        }
    }

    /// `ESC [ A` and `ESC O A` are arrows (xterm). Any other sequence is dropped whole.
    private static func escapeSequence(_ rest: inout ArraySlice<UInt8>) -> [Key] {
        rest = rest.dropFirst()
        guard let kind = rest.first, kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else {
            return [.escape]
        }
        rest = rest.dropFirst().drop { (0x20..<0x40).contains($0) }
        let final = rest.popFirst()
        let arrows: [UInt8: Key] = [0x41: .up, 0x42: .down, 0x43: .right, 0x44: .left]
        return final.flatMap { arrows[$0] }.map { [$0] } ?? []
    }

    /// The UTF-8 character at the front; nil when its last bytes are missing.
    private static func character(_ rest: inout ArraySlice<UInt8>) -> Character? {
        let length =
            switch rest.first ?? 0 {
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 1
            }
        guard rest.count >= length else { return nil }
        defer { rest = rest.dropFirst(length) }
        return String(decoding: rest.prefix(length), as: UTF8.self).first
    }
}
