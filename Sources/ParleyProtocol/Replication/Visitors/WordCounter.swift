/// Counts the words of a value's fields without describing them, for rounding in every step.
@usableFromInline
struct WordCounter: FieldVisitor {
    @usableFromInline var count = 0

    @inlinable
    init() {}

    @inlinable @inline(__always)
    mutating func callAsFunction<Kind: FieldKind>(
        _ name: StaticString, _ value: inout Kind.Value, _ kind: Kind
    ) {
        count += kind.wordCount
    }
}
