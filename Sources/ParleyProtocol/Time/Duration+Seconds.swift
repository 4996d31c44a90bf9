extension Duration {
    /// In seconds, as arithmetic with rates wants it: exact to some nanoseconds for a year.
    var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }
}
