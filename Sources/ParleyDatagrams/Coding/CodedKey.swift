/// A key of a keyed value.
///
/// Keys are equal when their bytes are. Strings are also equal when they only look the same, which
/// takes Unicode normalization to find out.
struct CodedKey: Hashable {
    let text: String

    init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    static func == (left: CodedKey, right: CodedKey) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        // The text is contiguous, so the closure runs.
        _ = unsafe text.utf8.withContiguousStorageIfAvailable { bytes in
            unsafe hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
        }
    }
}

/// One step of a coding path: a key, or the place of an element.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    /// The key under which a class encodes its superclass.
    static let `super` = PathKey(stringValue: "super")

    init(stringValue: String) {
        self.stringValue = stringValue
        intValue = nil
    }

    init(intValue: Int) {
        stringValue = "[\(intValue)]"
        self.intValue = intValue
    }
}
