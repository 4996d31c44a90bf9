/// The state of an entity that the server replicates to clients, described once.
///
/// Quantising, deltas, interpolation, comparison and the schema hash follow from the one description.
/// The compiler specialises it for each of them, so it costs as much as the same lines by hand.
///
/// ```swift
/// struct Body: Replicated {
///     var x = 0.0
///     var facing = 0.0
///     var health = 100
///
///     mutating func fields(_ visit: inout some FieldVisitor) {
///         visit("x", &x, .fixed(in: -512...512, precision: 0.01))
///         visit("facing", &facing, .angle(bits: 12))
///         visit("health", &health, .integer(in: 0...100))
///     }
/// }
/// ```
public protocol Replicated: Sendable {
    /// The origin of all deltas: a client that knows nothing of an entity gets its differences from this
    /// value, so fields that most entities leave unchanged cost nothing.
    init()

    /// Calls the visitor for every replicated field: always the same fields in the same order, whatever
    /// their values. Fields that change most often come first: each group of eight words in which none
    /// changed costs one bit.
    ///
    /// - Parameter visit: call it once for each field: its name, the field, its kind.
    mutating func fields(_ visit: inout some FieldVisitor)
}
