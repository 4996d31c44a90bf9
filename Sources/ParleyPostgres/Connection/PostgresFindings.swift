/// What a store found at the server when it opened its database, for an operator to read.
public struct PostgresFindings: Sendable, Hashable, CustomStringConvertible {
    /// The server's version, such as "15.18".
    public var version: String
    /// The version of libpq, such as 150018.
    public var libraryVersion: Int
    /// Whether the connection is encrypted.
    public var isEncrypted: Bool
    /// The server's setting `fsync`; nil if it has none, as CockroachDB.
    public var fsync: String?
    /// The server's setting `full_page_writes`.
    public var fullPageWrites: String?
    /// The default of `synchronous_commit`. Where it is weaker than "on", the store's sessions set it to "on".
    public var synchronousCommit: String?
    /// The server's setting `synchronous_standby_names`; empty if a commit waits for no standby.
    public var synchronousStandbyNames: String?

    /// What the settings endanger, a sentence each; empty if nothing does.
    public var warnings: [String] {
        var warnings: [String] = []
        if fsync == "off" {
            warnings.append("fsync is off: what was acknowledged is lost when the machine crashes")
        }
        if fullPageWrites == "off" {
            warnings.append("full_page_writes is off: a crash of the machine may tear pages")
        }
        if let synchronousCommit, !["on", "remote_apply"].contains(synchronousCommit) {
            warnings.append(
                "synchronous_commit is \(synchronousCommit) by default: the store's sessions set it to on"
            )
        }
        if synchronousStandbyNames?.isEmpty == true {
            warnings.append(
                "synchronous_standby_names is empty: a fail-over may lose what was acknowledged")
        }
        return warnings
    }

    /// The version and the warnings, a line each.
    public var description: String {
        let channel = isEncrypted ? "encrypted" : "not encrypted"
        return (["PostgreSQL \(version), \(channel)"] + warnings).joined(separator: "\n")
    }
}
