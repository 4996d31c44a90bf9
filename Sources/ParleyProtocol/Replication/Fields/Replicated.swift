/// An entity's state that the server shows to clients, described once.
///
/// From the one description come quantising, deltas, interpolation, comparison and the schema hash
/// that both ends compare. The compiler specialises it for each of them, so it costs what the same
/// lines by hand would cost.
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
    /// The state from which everything starts: a client that knows nothing of an entity gets its
    /// differences from this, so fields that most entities leave as they are here cost nothing.
    init()

    /// Shows every replicated field to a visitor: always the same ones in the same order, whatever
    /// their values. Those that change most often come first, since a long description costs a bit
    /// for each eight fields of which none changed.
    ///
    /// - Parameter visit: call it once for each field: its name, the field, its kind.
    mutating func fields(_ visit: inout some FieldVisitor)
}
