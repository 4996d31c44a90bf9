extension Replicated {
    /// Makes it what the other end will have of it.
    ///
    /// Who rounds at the end of each step computes with the same numbers at both ends.
    @inlinable
    public mutating func round() {
        let words = quantised()
        self = Self(dequantising: words.span)
    }
}
