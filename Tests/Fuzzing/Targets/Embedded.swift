import ParleyDatagrams

extension Datagram {
    /// The bytes as a slice of more: whoever reads past the end reads what is not zero, and no
    /// sanitizer is needed to find it.
    init(embedded bytes: [UInt8]) {
        let margin = [UInt8](repeating: 0xA5, count: 16)
        self = Datagram(bytes: margin + bytes + margin).slice(16..<16 + bytes.count)
    }
}

/// Bytes that travel as they are.
struct Verbatim: DatagramEncodable {
    let bytes: Datagram

    func encode(into datagram: inout Datagram) {
        datagram.append(contentsOf: bytes)
    }
}

/// Takes choices off the beginning of an input: what to do with the rest is part of the input, so
/// that both fuzzers can learn it.
struct Choices {
    private(set) var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) {
        rest = input[...]
    }

    /// The next byte; 0 when there is none.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// One of the elements, by the next byte.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(byte()) % elements.count]
    }

    /// What was not taken.
    var data: [UInt8] { Array(rest) }
}
