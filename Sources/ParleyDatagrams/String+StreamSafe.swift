extension String {
    /// The longest run of combining marks that a text from a datagram may have: that of Unicode's
    /// stream-safe text format (Unicode Standard Annex 15).
    static let longestMarkRun = 30

    /// Whether the text has no longer run of combining marks than the stream-safe format allows.
    ///
    /// Comparing or hashing a `String` sorts each run. The time grows with the square of the run's
    /// length, and reaches a tenth of a second for 32 KB of marks.
    var isStreamSafe: Bool {
        // The shortest marks have two bytes.
        guard utf8.count > Self.longestMarkRun * 2 else { return true }
        var run = 0
        for scalar in unicodeScalars {
            run = scalar.isCombiningMark ? run + 1 : 0
            if run > Self.longestMarkRun { return false }
        }
        return true
    }
}

extension Unicode.Scalar {
    /// Whether the scalar changes its place among its neighbours when a text is normalized.
    fileprivate var isCombiningMark: Bool {
        switch value {
        // Latin, Greek, Cyrillic, Chinese, Japanese and Korean letters need no look at Unicode's
        // tables.
        case 0..<0x300, 0x370..<0x483, 0x48A..<0x591, 0x3100..<0xA66F, 0xAC00..<0xFB1E: false
        default: properties.canonicalCombiningClass != .notReordered
        }
    }
}
