/// Why a database could not be opened as a store. Nothing in it repeats a password.
public struct PostgresOpenError: Error, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Hashable, Sendable {
        /// libpq is missing or too old: the package that has it.
        case libraryMissing(String)
        /// The URL cannot be read: what is wrong with it.
        case malformedURL(String)
        /// No server lets the store in: each one's words.
        case unreachable(String)
        /// Every server that answers takes no writes: a standby, say.
        case readOnly
        /// The server is older than the store needs: its version.
        case tooOld(String)
        /// The schema has tables that are no store of this version: what was found.
        case unreadable(String)
        /// The schema is another realm's: its name.
        case otherRealm(String)
        /// Another database answers than the one that was opened.
        case otherDatabase
        /// The system or the server failed: its words.
        case failed(String)
    }

    /// The hosts and the database's name, without user and password.
    public var place: String
    /// What is wrong.
    public var reason: Reason

    init(_ place: String, _ reason: Reason) {
        self.place = place
        self.reason = reason
    }

    /// A sentence for an operator.
    public var description: String {
        switch reason {
        case .libraryMissing(let text): text
        case .malformedURL(let text): "the database's URL cannot be read: \(text)"
        case .unreachable(let text): "no connection to PostgreSQL at \(place): \(text)"
        case .readOnly: "PostgreSQL at \(place) takes no writes: is it a standby?"
        case .tooOld(let version):
            "PostgreSQL at \(place) has version \(version), and the store needs 12 or a later one"
        case .unreadable(let text): "\(place) has no store that this program reads: \(text)"
        case .otherRealm(let name): "\(place) has the store of another realm, “\(name)”"
        case .otherDatabase: "another database than before answers at \(place)"
        case .failed(let text): "PostgreSQL at \(place): \(text)"
        }
    }
}
