/// Collects a value's fields as text.
struct FieldTexts: FieldVisitor {
    var texts: [String] = []

    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        texts.append(String(describing: value))
    }
}
