/// Memory for the plaintext of one record, which the connections of a loop use one after another.
///
/// `@unchecked Sendable`: used on its loop only.
package final class StreamScratch: @unchecked Sendable {
    private var bytes: [UInt8] = []

    /// The most plaintext in a record of TLS.
    private static let count = 16 * 1024

    package init() {}

    /// Lends the memory to a closure.
    func lend<Failure>(_ body: (inout MutableSpan<UInt8>) throws(Failure) -> Void) throws(Failure) {
        var lent: [UInt8] = []
        swap(&lent, &bytes)
        if lent.isEmpty { lent = [UInt8](repeating: 0, count: Self.count) }
        defer { swap(&lent, &bytes) }
        var space = lent.mutableSpan
        try body(&space)
    }
}
