/// The fields and words of one type of entities, which both ends must agree on.
public struct EntityLayout: Sendable {
    /// One field of the type.
    public struct Field: Hashable, Sendable {
        /// The names of its parts and its own, with points between: "body.x".
        public let name: String
        /// Its kind, with everything that both ends must agree on.
        public let summary: String
        /// How its words are sent.
        public let codings: [WordCoding]
    }

    /// The type's name in the schema.
    public let name: String
    /// The fields in the order of the description.
    public let fields: [Field]
    /// How each word is sent.
    public let codings: [WordCoding]
    /// The words of a new value, from which a whole state is a delta.
    public let origin: [UInt32]
    /// A hash of the name, the fields and the origin.
    public let hash: UInt64

    /// Writes and reads deltas of the type's words.
    package let coder: DeltaCoder

    private let describeValues: @Sendable (Span<UInt32>) -> [String]

    /// - Parameters:
    ///   - type: a new value of it describes its fields once.
    ///   - name: the type's name, the same at both ends.
    @inlinable
    public init<Entity: Replicated>(_ type: Entity.Type, named name: String) {
        var entity = Entity()
        self.init(name: name, fields: Self.describe(&entity)) { words in
            Self.texts(of: Entity(dequantising: words))
        } quantise: { words in
            entity.quantise(into: &words)
        }
    }

    @usableFromInline
    static func describe(_ entity: inout some Replicated) -> [Field] {
        var describer = Describer()
        entity.fields(&describer)
        return describer.fields
    }

    @usableFromInline
    static func texts(of entity: some Replicated) -> [String] {
        var (entity, writer) = (entity, FieldTexts())
        entity.fields(&writer)
        return writer.texts
    }

    @inlinable
    static func wordCount(of entity: inout some Replicated) -> Int {
        var counter = WordCounter()
        entity.fields(&counter)
        return counter.count
    }

    @usableFromInline
    init(
        name: String, fields: [Field], texts: @escaping @Sendable (Span<UInt32>) -> [String],
        quantise: (inout MutableSpan<UInt32>) -> Void
    ) {
        self.name = name
        self.fields = fields
        describeValues = texts
        codings = fields.flatMap(\.codings)
        var words = [UInt32](repeating: 0, count: codings.count)
        var span = words.mutableSpan
        quantise(&span)
        origin = words
        coder = DeltaCoder(codings)
        var stable = StableHash()
        for text in [name] + fields.flatMap({ [$0.name, $0.summary] }) {
            // The length keeps "ab", "c" from "a", "bc".
            stable.combine(text.utf8.count)
            stable.combine(text)
        }
        for word in words { stable.combine(word) }
        hash = stable.value
    }

    /// How many words an entity has.
    public var wordCount: Int { codings.count }

    /// A line for the type and one for each field, for people to read.
    public var description: String {
        fields.reduce(name + "\n") { $0 + "  \($1.name): \($1.summary)\n" }
    }

    /// The values of a quantised state as text, in the order of ``fields``.
    ///
    /// - Parameter words: as many as the type has.
    public func texts(of words: Span<UInt32>) -> [String] { describeValues(words) }

    /// The names of the fields in which two quantised states differ.
    ///
    /// - Parameters:
    ///   - one: words of a state.
    ///   - other: words of another.
    /// - Returns: names in the order of the description.
    public func differences(_ one: Span<UInt32>, _ other: Span<UInt32>) -> [String] {
        var names: [String] = []
        var next = 0
        for field in fields {
            let words = next..<min(next + field.codings.count, one.count, other.count)
            next += field.codings.count
            if words.contains(where: { one[$0] != other[$0] }) { names.append(field.name) }
        }
        return names
    }
}
