/// The types of entities that a server replicates, in the order in which they were registered.
///
/// Both ends register the same types in the same order. They compare the 64-bit ``hash`` when they
/// connect, and every packet is checked against it too.
///
/// ```swift
/// var schema = ReplicationSchema()
/// let bodies = schema.register(Body.self, named: "body")
/// ```
public struct ReplicationSchema: Sendable {
    /// The layout of each type; a type's index here is its number on the wire.
    public private(set) var layouts: [EntityLayout] = []

    /// A hash of all layouts, which differs between ends that would misread each other.
    public private(set) var hash = StableHash().value

    /// The most types of a schema.
    public static let maximumTypeCount = 256

    /// A schema without types.
    public init() {}

    /// Adds a type.
    ///
    /// - Parameters:
    ///   - type: the entities' type.
    ///   - name: the type's name, the same at both ends.
    /// - Returns: the type's key wherever entities are spawned, updated or read.
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

    /// Every type with its fields, for finding a difference between two schemas.
    public var description: String { layouts.map(\.description).joined() }

    /// Checks that the other end has the same schema.
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

/// The two ends have different schemas.
public struct SchemaMismatch: Error, Hashable, Sendable, CustomStringConvertible {
    /// The hash of this end.
    public let ours: UInt64
    /// The hash of the other end.
    public let theirs: UInt64

    /// A mismatch of these hashes.
    public init(ours: UInt64, theirs: UInt64) {
        self.ours = ours
        self.theirs = theirs
    }

    /// One sentence that says what to do, and names both hashes. Either end may show it.
    public var description: String {
        "server and client declare different entities or fields "
            + "(schemas \(Self.hexadecimal(ours)) and \(Self.hexadecimal(theirs))): build both from the same rules"
    }

    private static func hexadecimal(_ hash: UInt64) -> String {
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
