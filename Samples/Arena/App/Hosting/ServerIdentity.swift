import Foundation
import Parley
import SampleSupport

/// The identity of a server that other machines reach, kept in a file: its invites go on being right
/// after a restart.
struct ServerIdentity {
    /// `--identity`; nil for the default.
    let path: String?

    /// The security of a server at a host: other machines need something to verify it by.
    func security(at host: String) throws -> StreamSecurity.Server {
        guard path != nil || !Self.isLocal(host) else { return .automatic }
        return .tls(try TLSIdentity(keptIn: try path ?? Self.defaultPath()))
    }

    /// A secret for the invites of a server at a host, kept in a file beside the key; a new one where no
    /// key is kept either.
    func joinSecret(at host: String) throws -> JoinSecret {
        guard path != nil || !Self.isLocal(host) else { return JoinSecret() }
        return try JoinSecret(keptIn: try path ?? Self.defaultPath() + ".secret")
    }

    /// Whether only this machine reaches a host.
    static func isLocal(_ host: String) -> Bool {
        host == "localhost" || SocketAddress(host: host, port: 0)?.isLoopback == true
    }

    /// A file in the place for what a user's programs keep (XDG Base Directory Specification).
    private static func defaultPath() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? NSHomeDirectory() + "/.local/state"
        let directory = base + "/parley"
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Failure("cannot make \(directory); choose a file with --identity FILE")
        }
        return directory + "/arena.pem"
    }
}
