/// The tables of a store.
enum Schema {
    /// The version of the tables (``SchemaPlan``). Version 3 says who may use it.
    static let version: Int64 = 3
    /// The oldest version of a program that may use tables of ``version``. Version 2 used only its own.
    static let oldestProgram: Int64 = 3

    /// What tables of the version before lack. A statement about a table that is in use, be it an index that is there
    /// already, may wait for those who write to it, and they for it: this one is about a table of its own.
    static let additions = [compatibility]

    private static let compatibility = """
        CREATE TABLE IF NOT EXISTS compatibility (
            id {integer} PRIMARY KEY, oldest {integer} NOT NULL
        ){rows}
        """

    /// Statements in the common form: `{integer}`, `{bytes}` and `{text}` are types, `{rows}` and `{keyed}` what an
    /// engine adds to a table with a number, or another key.
    static let statements = [
        """
        CREATE TABLE IF NOT EXISTS realm (
            id {integer} PRIMARY KEY, version {integer} NOT NULL, generation {integer} NOT NULL,
            last_character {integer} NOT NULL
        ){rows}
        """,
        compatibility,
        """
        CREATE TABLE IF NOT EXISTS zone (
            name {text} PRIMARY KEY, incarnation {integer} NOT NULL, phase {integer} NOT NULL,
            address {text} NOT NULL, capacity {integer} NOT NULL, mark {integer} NOT NULL,
            touched {integer} NOT NULL
        ){keyed}
        """,
        """
        CREATE TABLE IF NOT EXISTS beat (
            zone {text} PRIMARY KEY, incarnation {integer} NOT NULL, alive {integer} NOT NULL,
            load {integer} NOT NULL, beat {integer} NOT NULL
        ){keyed}
        """,
        """
        CREATE TABLE IF NOT EXISTS owner (
            character {integer} PRIMARY KEY, zone {text}, incarnation {integer} NOT NULL,
            generation {integer} NOT NULL, number {integer} NOT NULL, login {integer} NOT NULL,
            taken {integer} NOT NULL, mark {integer} NOT NULL, access {integer} NOT NULL,
            failures {integer} NOT NULL, outbox {integer} NOT NULL, touched {integer} NOT NULL
        ){rows}
        """,
        "CREATE INDEX IF NOT EXISTS owner_place ON owner (zone, incarnation) WHERE zone IS NOT NULL",
        """
        CREATE TABLE IF NOT EXISTS checkpoint (
            character {integer} PRIMARY KEY, number {integer} NOT NULL, moment {integer} NOT NULL,
            version {integer} NOT NULL, requests {integer} NOT NULL,
            outbox_seen {integer} NOT NULL, bytes {bytes} NOT NULL
        ){rows}
        """,
        """
        CREATE TABLE IF NOT EXISTS seal (
            character {integer} PRIMARY KEY, number {integer} NOT NULL, moment {integer} NOT NULL,
            version {integer} NOT NULL, requests {integer} NOT NULL,
            outbox_seen {integer} NOT NULL, bytes {bytes} NOT NULL
        ){rows}
        """,
        """
        CREATE TABLE IF NOT EXISTS zone_state (
            zone {text} PRIMARY KEY, incarnation {integer} NOT NULL, moment {integer} NOT NULL,
            version {integer} NOT NULL, bytes {bytes} NOT NULL
        ){rows}
        """,
        """
        CREATE TABLE IF NOT EXISTS operation (
            name {text} PRIMARY KEY, result {bytes} NOT NULL, date {integer} NOT NULL
        ){keyed}
        """,
        "CREATE INDEX IF NOT EXISTS operation_date ON operation (date)",
        """
        CREATE TABLE IF NOT EXISTS item (
            id {integer} PRIMARY KEY, kind {integer} NOT NULL, holder {text} NOT NULL
        ){rows}
        """,
        "CREATE INDEX IF NOT EXISTS item_holder ON item (holder)",
        """
        CREATE TABLE IF NOT EXISTS balance (
            holder {text}, currency {integer}, amount {integer} NOT NULL, PRIMARY KEY (holder, currency)
        ){keyed}
        """,
        """
        CREATE TABLE IF NOT EXISTS ledger (
            operation {text}, entry {integer}, holder {text} NOT NULL, currency {integer} NOT NULL,
            change {integer} NOT NULL, PRIMARY KEY (operation, entry)
        ){keyed}
        """,
        """
        CREATE TABLE IF NOT EXISTS outbox (
            character {integer}, number {integer}, operation {text} NOT NULL, result {bytes} NOT NULL,
            note {bytes} NOT NULL, PRIMARY KEY (character, number)
        ){keyed}
        """,
        "CREATE INDEX IF NOT EXISTS outbox_operation ON outbox (operation)",
        """
        CREATE TABLE IF NOT EXISTS account (
            name {text} PRIMARY KEY, character {integer} NOT NULL UNIQUE, password {bytes}
        ){keyed}
        """,
        """
        CREATE TABLE IF NOT EXISTS token (
            character {integer} PRIMARY KEY, digest {bytes} NOT NULL, login {integer} NOT NULL,
            expiry {integer} NOT NULL
        ){rows}
        """,
    ]
}
