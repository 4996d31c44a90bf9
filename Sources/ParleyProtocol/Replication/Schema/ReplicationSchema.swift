/// The types of entities that a server shows, in the order in which they were registered.
///
/// Both ends register the same types in the same order; the 64-bit ``hash`` says whether they did.
/// They compare it when they connect, and every packet is checked against it too.
///
/// ```swift
/// var schema = ReplicationSchema()
/// let bodies = schema.register(Body.self, named: "body")
/// ```
public struct ReplicationSchema: Sendable {
    /// What each type looks like; a type's place here is its number on the wire.
    public private(set) var layouts: [EntityLayout] = []

    /// Differs between ends that would not understand each other.
    public private(set) var hash = StableHash().value

    /// How many types a schema has at the most.
    public static let maximumTypeCount = 256

    /// No types.
    public init() {}

    /// Adds a type.
    ///
    /// - Parameters:
    ///   - type: what describes itself.
    ///   - name: what both ends call it.
    /// - Returns: what says, wherever entities are handled, that they are of this type.
    public mutating func register<Entity: Replicated>(
        _ type: Entity.Type, named name: String
    ) -> EntityType<Entity> {
        precondition(layouts.count < Self.maximumTypeCount, "at most 256 types in a schema")
        layouts.append(EntityLayout(type, named: name))
        var stable = StableHash()
        for layout in layouts { stable.combine(layout.hash) }
        hash = stable.value
        return EntityType(index: layouts.count - 1)
    }

    /// Every type with its fields, for people who look for what differs.
    public var description: String { layouts.map(\.description).joined() }

    /// Makes sure that the other end has the same schema.
    ///
    /// - Parameter other: the other end's hash.
    /// - Throws: ``SchemaMismatch``, which names both.
    public func check(against other: UInt64) throws(SchemaMismatch) {
        guard other == hash else { throw SchemaMismatch(ours: hash, theirs: other) }
    }
}

/// A type of entities in a schema.
public struct EntityType<Entity: Replicated>: Hashable, Sendable {
    /// The type's number on the wire.
    public let index: Int

    init(index: Int) {
        self.index = index
    }
}

/// Two ends describe their entities differently.
public struct SchemaMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The hash of this end.
    public let ours: UInt64
    /// The hash of the other end.
    public let theirs: UInt64

    /// Two hashes that differ.
    public init(ours: UInt64, theirs: UInt64) {
        self.ours = ours
        self.theirs = theirs
    }

    /// One sentence that names both hashes.
    public var description: String {
        "the other end replicates schema \(Self.hexadecimal(theirs)), "
            + "this end \(Self.hexadecimal(ours))"
    }

    private static func hexadecimal(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
