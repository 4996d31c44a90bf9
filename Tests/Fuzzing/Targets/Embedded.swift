import ParleyDatagrams

extension Datagram {
    /// The bytes as a slice of more. A read past the end gets bytes that are not zero, so no sanitizer is
    /// needed to find it.
    init(embedded bytes: [UInt8]) {
        let margin = [UInt8](repeating: 0xA5, count: 16)
        self = Datagram(bytes: margin + bytes + margin).slice(16..<16 + bytes.count)
    }
}

/// Bytes that are encoded without a change.
struct Verbatim: DatagramCodable, Equatable, Sendable {
    let bytes: Datagram

    init(bytes: Datagram) { self.bytes = bytes }

    init(from reader: inout DatagramReader) { bytes = reader.readRemaining() }

    func encode(into datagram: inout Datagram) {
        datagram.append(contentsOf: bytes)
    }
}

/// Takes choices from the beginning of an input. The choices are part of the input, so both fuzzers can
/// vary them.
struct Choices {
    private(set) var rest: ArraySlice<UInt8>

    init(_ input: [UInt8]) {
        rest = input[...]
    }

    /// Returns the next byte, or 0 when none is left.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// Returns the element that the next byte chooses.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(byte()) % elements.count]
    }

    /// The rest of the input.
    var data: [UInt8] { Array(rest) }
}
