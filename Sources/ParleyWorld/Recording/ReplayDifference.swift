public import ParleyProtocol

/// The first difference between a replay and its recording.
public struct ReplayDifference: Error, Hashable, Sendable, CustomStringConvertible {
    /// A field with its recorded and its replayed value.
    public struct Field: Hashable, Sendable {
        /// The field's name, for example "body.x".
        public let name: String
        /// The recorded value.
        public let recorded: String
        /// The value in the replay.
        public let replayed: String
    }

    /// The kind of difference.
    public enum Content: Hashable, Sendable {
        /// An entity differs in these fields.
        case fields([Field], of: EntityHandle, type: String)
        /// A recorded entity is not in the replay.
        case missing(EntityHandle, type: String)
        /// An entity of the replay was not recorded.
        case unexpected(EntityHandle, type: String)
        /// All entities are the same, but the world sent other messages to players: joins and
        /// refusals, notices, or the plain snapshot.
        case messages
    }

    /// The tick after which they differ.
    public let tick: Tick

    /// The difference.
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
        case .messages:
            return "tick \(number): the world sent other messages to players"
        }
    }

    /// The entity's place, and its generation if the place was used before.
    private static func name(_ handle: EntityHandle) -> String {
        "#\(handle.index)" + (handle.generation > 0 ? ".\(handle.generation)" : "")
    }
}
