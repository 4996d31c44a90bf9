/// An operation on each field of a ``Replicated`` value: reading, writing, describing.
///
/// Games call visitors in `fields(_:)`; this module has the visitors.
public protocol FieldVisitor {
    /// Visits a field.
    ///
    /// - Parameters:
    ///   - name: in the schema's description, and in reports of differences.
    ///   - value: the field.
    ///   - kind: how it is quantised, sent and interpolated.
    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind)

    /// Visits a field whose velocity is a field too, so that values between two snapshots lie on a
    /// curve (cubic Hermite) and not on a line.
    ///
    /// - Parameters:
    ///   - name: of the field; its velocity's is this with "velocity" behind it.
    ///   - value: the field.
    ///   - kind: how it is quantised and sent.
    ///   - velocity: its change per second.
    ///   - velocityKind: how the velocity is quantised and sent.
    mutating func callAsFunction<Kind: CurvedFieldKind, VelocityKind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind,
        velocity: inout Kind.Value, _ velocityKind: VelocityKind
    ) where VelocityKind.Value == Kind.Value

    /// Visits the fields of a part, under the part's name.
    ///
    /// - Parameters:
    ///   - name: of the part.
    ///   - part: visited field by field.
    mutating func callAsFunction<Part: Replicated>(_ name: StaticString, _ part: inout Part)
}

extension FieldVisitor {
    /// Visits both as two fields, for visitors that do not interpolate.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Kind: CurvedFieldKind, VelocityKind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind,
        velocity: inout Kind.Value, _ velocityKind: VelocityKind
    ) where VelocityKind.Value == Kind.Value {
        self(name, &value, kind)
        self(name, &velocity, velocityKind)
    }

    /// Visits the part's fields, for visitors that do not use names.
    @inlinable @inline(__always)
    public mutating func callAsFunction<Part: Replicated>(
        _ name: StaticString, _ part: inout Part
    ) {
        part.fields(&self)
    }

    /// Visits a Boolean field: one bit.
    @inlinable @inline(__always)
    public mutating func callAsFunction(_ name: StaticString, _ value: inout Bool) {
        self(name, &value, FlagField())
    }

    /// Not available: a field that is not a `Bool` or a part needs a kind.
    ///
    /// Say how it is sent, such as `.integer(in: 0...100)`.
    @available(*, unavailable, message: "say how the field is sent, as .integer(in: 0...100) does")
    public mutating func callAsFunction<Value>(_ name: StaticString, _ value: inout Value) {}
}
