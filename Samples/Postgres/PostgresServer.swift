import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A PostgreSQL server of this program's own, for samples, tests and benchmarks: on 127.0.0.1 and a free port, with
/// its files in a temporary folder, as an unprivileged user, and as durable as PostgreSQL is without settings.
///
/// A guardian, a shell beside it, ends the server and removes the files when this program ends, however it does.
public actor PostgresServer {
    /// Where it listens.
    public nonisolated let port: UInt16
    private nonisolated let tools: PostgresTools
    private nonisolated let folder: URL
    private var guardian: Process?
    private var guardianInput: Pipe?
    /// The server's process, while it runs.
    public private(set) var process: Int32 = 0
    private let settings: [String]

    /// The superuser of every server.
    public static let user = "parley"
    /// Its password, with characters that a URL must encode.
    public static let password = "a/b@c:d'e"

    /// Whether PostgreSQL is installed here.
    public static var isInstalled: Bool { PostgresTools.find() != nil }

    private init(tools: PostgresTools, folder: URL, settings: [String], port: UInt16? = nil) throws
    {
        self.tools = tools
        self.folder = folder
        self.settings = settings
        self.port = try port ?? PostgresTools.freePort()
    }

    /// Makes a server and starts it.
    ///
    /// - Parameters:
    ///   - settings: Settings as on PostgreSQL's command line, such as "max_connections=20".
    ///   - isEncrypted: Whether it has a certificate of its own, for "localhost". openssl makes it.
    public static func start(_ settings: [String] = [], isEncrypted: Bool = false) async throws
        -> PostgresServer
    {
        guard let tools = PostgresTools.find() else {
            throw Command.Failure(
                description: "PostgreSQL is not installed (Debian: apt-get install postgresql)")
        }
        let folder = try tools.makeFolder()
        var settings = settings
        if isEncrypted {
            let (key, certificate) = ("\(folder.path)/key.pem", "\(folder.path)/certificate.pem")
            try await Command(
                arguments: tools.prefix + [
                    "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                    "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                    "-out", certificate,
                ]
            ).run()
            settings += ["ssl=on", "ssl_cert_file=\(certificate)", "ssl_key_file=\(key)"]
        }
        let server = try PostgresServer(tools: tools, folder: folder, settings: settings)
        return try await server.made {
            // In a folder that only the server's user enters.
            let secret = folder.appending(path: "password")
            try Data("\(password)\n".utf8).write(to: secret)
            try await Command(
                arguments: tools.prefix + [
                    tools.path("initdb"), "-D", folder.appending(path: "data").path, "-U", user,
                    "-E", "UTF8", "--locale=C", "--auth=scram-sha-256", "--pwfile=\(secret.path)",
                ]
            ).run()
            try FileManager.default.removeItem(at: secret)
        }
    }

    /// Starts it once its files are made; without it they are removed.
    private func made(_ makeFiles: @Sendable () async throws -> Void) async throws -> PostgresServer
    {
        do {
            try await makeFiles()
            try await launch()
            return self
        } catch {
            await end()
            throw error
        }
    }

    /// A standby for which this server's commits wait from now on.
    ///
    /// - Parameters:
    ///   - port: Where it listens; nil for a free port.
    ///   - isSynchronous: Whether commits wait for it.
    ///   - relay: The port by which it reaches this server, if that is not the server's own.
    public func makeStandby(
        at port: UInt16? = nil, isSynchronous: Bool = true, through relay: UInt16? = nil
    ) async throws -> PostgresServer {
        let other = try tools.makeFolder()
        let standby = try PostgresServer(
            tools: tools, folder: other, settings: settings, port: port)
        _ = try await standby.made {
            try await Command(
                arguments: tools.prefix + [
                    tools.path("pg_basebackup"), "-D", other.appending(path: "data").path, "-R",
                    "-X", "stream", "-c", "fast", "-d",
                    "host=127.0.0.1 port=\(relay ?? self.port) user=\(Self.user) application_name=standby",
                ], environment: ["PGPASSWORD": Self.password]
            ).run()
            try Self.forgetStandbys(other.appending(path: "data/postgresql.auto.conf"))
        }
        if isSynchronous { try await waitForStandbys(true) }
        return standby
    }

    /// What the primary waits for is none of the standby's business, when it is promoted.
    private static func forgetStandbys(_ settings: URL) throws {
        let text = try String(contentsOf: settings, encoding: .utf8)
        let lines = text.split(separator: "\n").filter { !$0.contains("synchronous_standby_names") }
        // Written in place: the file stays the server's user's.
        let file = try FileHandle(forWritingTo: settings)
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
        try file.close()
    }

    /// Whether commits wait for a standby.
    public func waitForStandbys(_ wanted: Bool) async throws {
        try await run("ALTER SYSTEM SET synchronous_standby_names = '\(wanted ? "*" : "")'")
        try await run("SELECT pg_reload_conf()")
        guard wanted else { return }
        while try await run("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")
            == "0"
        {
            await Task.yield()
        }
    }

    /// Starts the server's process, and returns when it takes connections.
    public func launch() async throws {
        // Without a Unix socket, whose lock would outlive a crash.
        let options =
            ["listen_addresses=127.0.0.1", "port=\(port)", "unix_socket_directories="] + settings
        let start =
            tools.prefix + [
                tools.path("pg_ctl"), "-D", folder.appending(path: "data").path, "-w", "-t", "60",
                "-l", folder.appending(path: "log").path, "-o",
                options.map { "-c \($0)" }.joined(separator: " "), "start",
            ]
        let guardian = Process()
        let (input, output) = (Pipe(), Pipe())
        guardian.executableURL = URL(filePath: "/bin/sh")
        guardian.arguments = ["-c", Self.script, "guardian", folder.path] + start
        guardian.standardInput = input
        guardian.standardOutput = output
        try guardian.run()
        self.guardian = guardian
        guardianInput = input
        let answer = try await Self.line(of: output)
        guard let number = Int32(answer) else {
            let log = try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)
            throw Command.Failure(description: "PostgreSQL did not start: \(log ?? answer)")
        }
        process = number
    }

    /// Starts the server, says its process and waits. A line means that it is to end and keep its files; the end of
    /// the input, that the program is gone.
    private static let script = """
        folder=$1; shift
        "$@" > "$folder/start.log" 2>&1 < /dev/null \
        && pid=$(head -n 1 "$folder/data/postmaster.pid") || pid=
        echo "$pid failed" | cut -d ' ' -f 1 2> /dev/null
        exec > /dev/null 2>&1
        read -r line || rest=gone
        [ -z "$pid" ] || for stat in /proc/[0-9]*/stat; do
            read -r number name state parent others < "$stat" || continue
            [ "$parent" = "$pid" ] && kill -CONT "$number"
        done
        [ -z "$pid" ] || { kill -CONT "$pid"; kill -QUIT "$pid"; }
        while [ -n "$pid" ] && kill -0 "$pid" && ! grep -q ') Z' "/proc/$pid/stat"; do sleep 0.05; done
        [ -z "$rest" ] || rm -rf "$folder"
        """

    private static func line(of pipe: Pipe) async throws -> String {
        let handle = pipe.fileHandleForReading
        let data: Data = await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: handle.availableData)
            }
        }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

// MARK: - Using it

extension PostgresServer {
    /// The URL of a database, by the superuser.
    public nonisolated func url(_ database: String = "postgres", host: String = "127.0.0.1")
        -> String
    {
        let encoded = "a%2Fb%40c%3Ad%27e"
        return "postgres://\(Self.user):\(encoded)@\(host):\(port)/\(database)"
    }

    /// The certificate of an encrypted server.
    public nonisolated var certificate: String { "\(folder.path)/certificate.pem" }

    /// Runs SQL by psql, each statement in a transaction of its own; returns the rows, a line each.
    @discardableResult
    public nonisolated func run(_ statements: String, in database: String = "postgres") async throws
        -> String
    {
        try await Command(
            arguments: session(database), environment: ["PGPASSWORD": Self.password],
            input: statements + ";\n"
        ).run().trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The arguments of a psql that prints rows only. It reads the password from `PGPASSWORD`.
    public nonisolated func session(_ database: String = "postgres") -> [String] {
        [
            tools.path("psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1",
            "-p", "\(port)", "-U", Self.user, "-d", database,
        ]
    }

    /// A dump of a database.
    public nonisolated func dump(_ database: String) async throws -> String {
        try await Command(
            arguments: [
                tools.path("pg_dump"), "-h", "127.0.0.1", "-p", "\(port)", "-U", Self.user,
                database,
            ], environment: ["PGPASSWORD": Self.password]
        ).run()
    }

    /// Restores a dump into an empty database.
    public nonisolated func restore(_ dump: String, to database: String) async throws {
        try await Command(
            arguments: session(database), environment: ["PGPASSWORD": Self.password], input: dump
        ).run()
    }

    /// Makes a standby the primary.
    public func promote() async throws {
        try await Command(
            arguments: tools.prefix + [
                tools.path("pg_ctl"), "-D", folder.appending(path: "data").path, "-w", "promote",
            ]
        ).run()
    }

    /// Stops its processes where they are.
    public func pause() { signal(SIGSTOP) }

    /// Lets its processes go on.
    public func resume() { signal(SIGCONT) }

    /// Ends the server as a crash does.
    public func crash() async throws {
        // The sessions too: they would else notice when they next wait.
        signal(SIGKILL)
        await wait()
        // The process may still have a number, where nothing has asked how it ended.
        let lock = folder.appending(path: "data/postmaster.pid")
        try FileManager.default.removeItem(at: lock)
    }

    /// Ends the server at once, and keeps its files.
    public func stop() async { await wait() }

    /// Ends it and removes its files.
    public func end() async {
        await wait()
        try? FileManager.default.removeItem(at: folder)
    }

    private func wait() async {
        guard let guardian else { return }
        try? guardianInput?.fileHandleForWriting.write(contentsOf: Data("end\n".utf8))
        try? guardianInput?.fileHandleForWriting.close()
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                guardian.waitUntilExit()
                continuation.resume()
            }
        }
        self.guardian = nil
        process = 0
    }

    /// Sends a signal to the server and to the processes that it has started.
    private func signal(_ number: Int32) {
        guard process > 0 else { return }
        kill(process, number)
        for child in children() { kill(child, number) }
    }

    private func children() -> [Int32] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return entries.compactMap(Int32.init).filter { number in
            let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8)
            // "12 (postgres) S 11 …": the parent is the second word behind the name.
            guard let rest = stat?.split(separator: ")").last else { return false }
            let words = rest.split(separator: " ")
            return words.count > 1 && Int32(words[1]) == process
        }
    }
}
