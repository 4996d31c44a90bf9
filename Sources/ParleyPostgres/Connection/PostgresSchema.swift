internal import ParleyStore

/// The tables of a store in PostgreSQL: in a schema of their own, with a row that names the realm.
///
/// The row has a random mark, by which a connection that is made later knows that it is the same database.
struct PostgresSchema: Sendable {
    /// The schema's name, without quotation marks.
    var name: String
    /// The realm's name.
    var realm: String
    /// What this program knows of the tables' versions.
    var plan = SchemaPlan.current
    /// Whether tables of the version before get what they lack.
    var addsToTables = true

    /// Statements that make an empty schema a store.
    func statements(mark: UInt64) -> [(text: String, values: [SQLValue])] {
        let tables = SQLDialect.postgres.schema.map { (text: $0, values: [SQLValue]()) }
        return [(Self.create(name), [])] + tables + [
            (Self.createIdentity, []),
            (Self.insertIdentity, [.text(realm), .integer(Int64(bitPattern: mark))]),
        ]
    }

    private static func create(_ name: String) -> String {
        "CREATE SCHEMA IF NOT EXISTS \(quoted(name))"
    }

    private static let createIdentity = """
        CREATE TABLE IF NOT EXISTS realm_identity (
            id bigint PRIMARY KEY, realm text COLLATE "C" NOT NULL, mark bigint NOT NULL
        )
        """
    private static let insertIdentity = """
        INSERT INTO realm_identity (id, realm, mark) VALUES (1, $1, $2) ON CONFLICT (id) DO NOTHING
        """
    /// How many tables the schema has, and whether the store's own are among them.
    static let countTables = """
        SELECT count(*), count(*) FILTER (WHERE table_name = 'realm_identity') \
        FROM information_schema.tables WHERE table_schema = $1
        """
    /// The realm's name, its mark and the version of the tables.
    static let readIdentity = """
        SELECT realm_identity.realm, realm_identity.mark, realm.version \
        FROM realm_identity JOIN realm ON realm.id = realm_identity.id WHERE realm_identity.id = 1
        """
    /// The oldest version of a program that may use the tables.
    static let readOldest = "SELECT oldest FROM compatibility WHERE id = 1"
    /// Whether the server takes writes, and how durable they are.
    static let readSettings = """
        SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), \
        current_setting('server_version'), current_setting('fsync', true), \
        current_setting('full_page_writes', true), current_setting('synchronous_commit', true), \
        current_setting('synchronous_standby_names', true)
        """

    /// What a session of the store sets. Nothing cancels a statement: a cancelled wait for a standby passes for
    /// success. A transaction whose client is gone ends, and gives its rows back.
    func settings(idleLimit: Duration) -> [String] {
        let milliseconds = max(1, idleLimit.components.seconds * 1_000)
        return [
            "SET search_path = \(Self.quoted(name))",
            "SET statement_timeout = 0",
            "SET lock_timeout = 0",
            "SET idle_in_transaction_session_timeout = \(milliseconds)",
            """
            SELECT set_config('synchronous_commit', 'on', false) \
            WHERE current_setting('synchronous_commit', true) NOT IN ('on', 'remote_apply')
            """,
        ]
    }

    /// An identifier in quotation marks.
    private static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}
