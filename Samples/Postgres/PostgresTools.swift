import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// PostgreSQL's programs, where they are installed.
struct PostgresTools: Sendable {
    /// The folder of `initdb` and the others.
    let folder: String

    /// The newest version's; nil if none is installed.
    static func find() -> PostgresTools? {
        let debian = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        let newest = versions.compactMap(Int.init).sorted(by: >).map { "\(debian)/\($0)/bin" }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = newest + path.split(separator: ":").map(String.init)
        return folders.first { folder in
            ["initdb", "pg_ctl", "psql", "pg_basebackup"].allSatisfy {
                FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)")
            }
        }.map(PostgresTools.init(folder:))
    }

    func path(_ program: String) -> String { "\(folder)/\(program)" }

    /// What stands before a server's programs: they refuse to run as root.
    var prefix: [String] {
        guard let user = Self.user else { return [] }
        return [
            "setpriv", "--reuid=\(user.pw_uid)", "--regid=\(user.pw_gid)", "--clear-groups", "--",
        ]
    }

    /// The user of the servers' files; nil for that of the program.
    private static var user: passwd? {
        guard getuid() == 0 else { return nil }
        return (getpwnam("postgres") ?? getpwnam("nobody"))?.pointee
    }

    /// Makes an empty folder of the server's user.
    func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "parley-postgres-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if let user = Self.user, chown(folder.path, user.pw_uid, user.pw_gid) != 0 {
            throw Command.Failure(description: "chown of \(folder.path): errno \(errno)")
        }
        chmod(folder.path, S_IRWXU)
        return folder
    }

    /// A port of 127.0.0.1 that nothing has at this moment.
    static func freePort() throws -> UInt16 {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard isBound else { throw Command.Failure(description: "no free port: errno \(errno)") }
        return UInt16(bigEndian: address.sin_port)
    }
}
