internal import ParleySockets

/// Where a database is, and who asks: a URL such as "postgres://parley:secret@db1,db2:5433/game?sslmode=verify-full".
///
/// Several hosts are one database and its standbys. The URL is read here and not by libpq, whose errors repeat it: a
/// password with a character that had to be encoded would be taken for a host, and printed.
struct PostgresURL: Sendable {
    /// One server.
    struct Host: Hashable, Sendable, CustomStringConvertible {
        /// A name, an address, or the folder of a Unix socket.
        var name: String
        var port: UInt16

        var isFolder: Bool { name.hasPrefix("/") }
        var description: String { name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)" }
    }

    var hosts: [Host] = []
    var user: String?
    var password: String?
    var database: String?
    /// Parameters of libpq, such as `sslmode`.
    var parameters: [(key: String, value: String)] = []

    /// The parameters that are handed on to libpq.
    static let handedOn: Set<String> = [
        "application_name", "channel_binding", "keepalives", "keepalives_count",
        "keepalives_idle", "keepalives_interval", "krbsrvname", "options", "passfile",
        "require_auth", "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert",
        "sslcompression", "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslpassword",
        "sslrootcert", "sslsni", "tcp_user_timeout",
    ]

    /// Reads a URL.
    ///
    /// - Throws: What is wrong with it, in words that repeat nothing of it.
    init(_ text: String) throws(PostgresURLError) {
        guard let start = ["postgres://", "postgresql://"].first(where: text.hasPrefix) else {
            throw PostgresURLError("it does not begin with postgres://")
        }
        let rest = text.dropFirst(start.count)
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = path[0].split(separator: "@", omittingEmptySubsequences: false)
        // An "@" anywhere else is a password's, and what stands before it is none of the parts that it seems.
        guard authority.count <= 2, !rest.dropFirst(path[0].count).contains("@") else {
            throw PostgresURLError("it has an @ that does not end the password: encode it as %40")
        }
        if authority.count == 2 { try readUser(authority[0]) }
        if path.count == 2, !path[1].isEmpty { database = try Self.decoded(path[1]) }
        try readHosts(authority[authority.count - 1])
        if parts.count == 2 { try readParameters(parts[1]) }
        if hosts.isEmpty { hosts = [Host(name: "localhost", port: 5_432)] }
    }

    private mutating func readUser(_ text: Substring) throws(PostgresURLError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        user = try Self.decoded(parts[0])
        if parts.count == 2 { password = try Self.decoded(parts[1]) }
    }

    private mutating func readHosts(_ text: Substring) throws(PostgresURLError) {
        guard !text.isEmpty else { return }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            hosts.append(try Self.host(part))
        }
        guard hosts.count <= 16 else { throw PostgresURLError("it has more than 16 hosts") }
    }

    private static func host(_ text: Substring) throws(PostgresURLError) -> Host {
        var name = text
        var port = Substring("5432")
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            name = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else {
                throw PostgresURLError("what follows an address in brackets is no port")
            }
            if !rest.isEmpty { port = rest.dropFirst() }
        } else if let colon = text.lastIndex(of: ":") {
            name = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard let number = UInt16(port), number > 0 else {
            throw PostgresURLError(
                "a port is no number: a character of the password may have to be encoded")
        }
        let decoded = try decoded(name)
        guard !decoded.isEmpty, decoded.utf8.allSatisfy(isAllowed) else {
            throw PostgresURLError("a host is no name and no address")
        }
        return Host(name: decoded, port: number)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "%"):
            true
        default: false
        }
    }

    private mutating func readParameters(_ text: Substring) throws(PostgresURLError) {
        for part in text.split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw PostgresURLError("a parameter has no value") }
            let value = try Self.decoded(pair[1])
            switch pair[0] {
            case "host":
                guard value.hasPrefix("/") else {
                    throw PostgresURLError("the parameter “host” is for a Unix socket's folder")
                }
                hosts.append(Host(name: value, port: 5_432))
            case "user": user = value
            case "password": password = value
            case "dbname": database = value
            case let key where Self.handedOn.contains(String(key)):
                parameters.append((String(key), value))
            default:
                throw PostgresURLError(
                    "a parameter is none of these: host, user, password, dbname, "
                        + Self.handedOn.sorted().joined(separator: ", "))
            }
        }
    }

    /// Without percent signs.
    private static func decoded(_ text: Substring) throws(PostgresURLError) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(Substring(rest.prefix(2))), radix: 16), rest.count >= 2,
                value != 0
            else { throw PostgresURLError("a percent sign is not followed by two digits") }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw PostgresURLError("it is not UTF-8")
        }
        return text
    }
}

extension PostgresURL: CustomStringConvertible {
    /// The hosts and the database: nothing of the user or the password.
    var description: String {
        hosts.map(\.description).joined(separator: ",") + (database.map { "/" + $0 } ?? "")
    }

    /// What libpq is told. The address is given, so that it looks no name up; the name is what a certificate is for.
    func text(for host: Host, at address: SocketAddress?) -> String {
        var pairs: [(String, String)] = [
            ("host", host.name), ("port", String(host.port)), ("client_encoding", "UTF8"),
            ("gssencmode", "disable"), ("application_name", "parley"), ("connect_timeout", "0"),
        ]
        if let address { pairs.append(("hostaddr", address.host)) }
        if let user { pairs.append(("user", user)) }
        if let password { pairs.append(("password", password)) }
        if let database { pairs.append(("dbname", database)) }
        // Of two, libpq takes the last.
        pairs += parameters
        return pairs.map { "\($0.0)=\(Self.quoted($0.1))" }.joined(separator: " ")
    }

    private static func quoted(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// An error's words without the password. The user's name is left out too: it may be a password in the wrong
    /// place.
    func scrubbed(_ text: String) -> String {
        var text = text
        if let password, !password.isEmpty { text = text.replacing(password, with: "…") }
        if let user, !user.isEmpty { text = text.replacing("\"\(user)\"", with: "“…”") }
        return text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

/// What is wrong with a database's URL. It repeats nothing of the URL.
struct PostgresURLError: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
