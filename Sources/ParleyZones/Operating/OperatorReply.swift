/// What a world server answers an operator.
public enum OperatorReply: Hashable, Sendable, Codable {
    /// How the realm is.
    case status(RealmStatus)
    /// What the store knows of a character.
    case character(CharacterStatus)
    /// The command was carried out; a draining zone has been told.
    case done
    /// It was not, and why.
    case refused(String)
}

/// How a realm is, as one world server sees it.
public struct RealmStatus: Hashable, Sendable, Codable {
    /// A zone at the last look at the store.
    public struct Zone: Hashable, Sendable, Codable {
        /// Its name.
        public var name: String
        /// The number of its newest process.
        public var incarnation: UInt64
        /// What the process does: "ready", "draining" or "gone".
        public var state: String
        /// How many clients of this world server play in it.
        public var players: Int
    }

    /// The zones that have ever registered, by name.
    public var zones: [Zone]
    /// Clients that are connected.
    public var clients: Int
    /// Sessions that have begun since the server's start.
    public var logins: UInt64
    /// Calls of the store that are under way.
    public var waitingCalls: Int
    /// Calls of the store whose outcome stayed unknown.
    public var unanswered: UInt64
    /// Calls that were not made, because too many were under way.
    public var droppedCalls: UInt64
    /// How many world servers the realm has. Each counts its own players; nil from a server of before.
    public var worldServers: Int?
}

/// What the store knows of a character.
public struct CharacterStatus: Hashable, Sendable, Codable {
    /// Its number.
    public var character: UInt64
    /// Which zone holds it, and which process of it; nil while it is out of the realm.
    public var place: String?
    /// Its epoch.
    public var epoch: String
    /// Its newest login.
    public var login: UInt64
    /// Whether it may play: "allowed", "kicked", "banned" or "quarantined".
    public var access: String
    /// Whether its owner has written a state at this epoch.
    public var isTaken: Bool
    /// How often in a row its state did not arrive.
    public var failures: Int
    /// What it has, an item or a balance each.
    public var possessions: [String]
}
