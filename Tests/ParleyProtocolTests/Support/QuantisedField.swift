import ParleyProtocol

/// The words of one field.
struct QuantisedField<Kind: FieldKind> {
    let words: [UInt32]

    init(_ value: Kind.Value, _ kind: Kind) {
        words = [UInt32](unsafeUninitializedCapacity: kind.wordCount) { buffer, count in
            buffer.initialize(repeating: 0)
            var writer = WordWriter(buffer)
            kind.quantise(value, into: &writer)
            count = writer.count
        }
    }

    static func value(of words: [UInt32], _ kind: Kind) -> Kind.Value {
        words.withUnsafeBufferPointer { buffer in
            var reader = WordReader(buffer)
            return kind.dequantise(&reader)
        }
    }
}
