public import ParleyProtocol

/// The first thing in which a replay is not what was recorded.
public struct ReplayDifference: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field, what it was, and what it is in the replay.
    public struct Field: Hashable, Sendable {
        /// Its name, "body.x".
        public let name: String
        /// What was recorded.
        public let recorded: String
        /// What the replay came to.
        public let replayed: String
    }

    /// What differs.
    public enum Content: Hashable, Sendable {
        /// An entity's state, in these fields.
        case fields([Field], of: EntityHandle, type: String)
        /// An entity that was recorded is not there.
        case missing(EntityHandle, type: String)
        /// An entity is there that was not recorded.
        case unexpected(EntityHandle, type: String)
        /// All that can be seen is the same, but not what the world told players: joins and
        /// refusals, notices, and plain snapshots.
        case told
    }

    /// After which tick.
    public let tick: Tick

    /// What differs.
    public let content: Content

    /// One sentence: tick, entity, fields, and both values.
    public var description: String {
        let number = tick.number
        switch content {
        case .fields(let fields, let handle, let type):
            let texts = fields.map { "\($0.name) was \($0.recorded) and is \($0.replayed)" }
            return "tick \(number): of the \(type) \(Self.name(handle)), "
                + texts.joined(separator: ", ")
        case .missing(let handle, let type):
            return "tick \(number): the \(type) \(Self.name(handle)) is not there"
        case .unexpected(let handle, let type):
            return "tick \(number): the \(type) \(Self.name(handle)) is there, and was not recorded"
        case .told:
            return "tick \(number): the world told players something else"
        }
    }

    /// The place, and which of the entities that had it.
    private static func name(_ handle: EntityHandle) -> String {
        "#\(handle.index)" + (handle.generation > 0 ? ".\(handle.generation)" : "")
    }
}
