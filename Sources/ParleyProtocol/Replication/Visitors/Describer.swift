/// Collects the fields of a type.
struct Describer: FieldVisitor {
    var fields: [EntityLayout.Field] = []
    private var prefix = ""

    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        note("\(name)", kind)
    }

    mutating func callAsFunction<Kind: CurvedFieldKind, VelocityKind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind,
        velocity: inout Kind.Value, _ velocityKind: VelocityKind
    ) where VelocityKind.Value == Kind.Value {
        note("\(name)", kind)
        note("\(name) velocity", velocityKind)
    }

    mutating func callAsFunction<Part: Replicated>(_ name: StaticString, _ part: inout Part) {
        let outer = prefix
        prefix += "\(name)."
        part.fields(&self)
        prefix = outer
    }

    private mutating func note(_ name: String, _ kind: some FieldKind) {
        precondition(kind.codings.count == kind.wordCount, "\(name) has a coding for each word")
        fields.append(
            EntityLayout.Field(
                name: prefix + name, summary: kind.summary, codings: kind.codings))
    }
}
