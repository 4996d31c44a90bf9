extension Replicated {
    /// Rounds the value to what travels: what the other end holds of it.
    ///
    /// Rules that round at the end of each step compute with the same numbers at both ends.
    @inlinable
    public mutating func round() {
        let count = EntityLayout.wordCount(of: &self)
        self = unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { words in
            unsafe words.initialize(repeating: 0)
            var quantiser = unsafe Quantiser(WordWriter(words))
            fields(&quantiser)
            var rounded = Self()
            var dequantiser = unsafe Dequantiser(WordReader(UnsafeBufferPointer(words)))
            rounded.fields(&dequantiser)
            return rounded
        }
    }
}
