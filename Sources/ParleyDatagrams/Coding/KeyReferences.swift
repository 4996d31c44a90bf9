/// Counts the text of keys that appear again, where a number stands for the key.
///
/// The number takes a byte or two, but the type that is decoded hashes the whole text each time.
/// Swift normalizes a text outside of ASCII before it hashes it, which takes some twenty times as
/// long as anything else that as many bytes can ask for. So the text that is repeated is bounded by
/// the bytes of the value. Values that honest programs encode do not come near the bound.
struct KeyReferences {
    /// How many bytes of text one byte of the value may repeat.
    private static let bytesPerByte = 8
    /// How many bytes of text every value may repeat.
    private static let allowance = 4_096

    private var byteCount = 0

    /// Counts a key that appears again.
    ///
    /// - Parameters:
    ///   - cost: The key's ``CodedKey/repetitionCost``.
    ///   - start: The offset of the value.
    ///   - offset: The offset that is reached in the value.
    /// - Throws: ``DatagramError/limitExceeded(what:limit:offset:)``.
    mutating func add(_ cost: Int, start: Int, offset: Int) throws(DatagramError) {
        byteCount += cost
        let limit = Self.allowance + Self.bytesPerByte * (offset - start)
        guard byteCount <= limit else {
            throw .limitExceeded(
                what: "the text of repeated keys", limit: limit, offset: offset)
        }
    }
}

extension CodedKey {
    /// How many bytes of text the key counts for wherever it appears again; 0 where it is ASCII,
    /// which is not normalized.
    var repetitionCost: Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? 0 : text.utf8.count
    }
}
