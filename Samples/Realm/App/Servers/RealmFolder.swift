import Foundation
import Parley
import ParleyZones
import SampleSupport

/// The folder of a realm's files: the keys that its servers share, and the store.
struct RealmFolder: Sendable {
    let path: String

    /// A folder that exists from now on, which only this user reads.
    ///
    /// - Parameter option: The option that chooses another one, for the error.
    init(_ path: String?, option: String = "--folder") throws(Failure) {
        self.path = path ?? Self.usual
        do {
            try FileManager.default.createDirectory(
                atPath: self.path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            let reason = Self.isFile(self.path) ? "it is a file." : "may this user write there?"
            throw Failure(
                "cannot make the folder \(self.path): \(reason) Choose one with \(option) FOLDER")
        }
    }

    /// The folder of a realm that has one already.
    init(existing path: String?) {
        self.path = path ?? Self.usual
    }

    /// A new folder for one run.
    static func temporary() throws(Failure) -> RealmFolder {
        let name = "parley-realm-\(UUID().uuidString.prefix(8))"
        return try RealmFolder(FileManager.default.temporaryDirectory.path + "/" + name)
    }

    /// The place for what a user's programs keep (XDG Base Directory Specification).
    private static var usual: String {
        let environment = ProcessInfo.processInfo.environment
        let base =
            environment["XDG_STATE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
            ?? NSHomeDirectory() + "/.local/state"
        return base + "/parley/realm"
    }

    var store: String { path + "/realm.db" }

    /// The keys, made by the first who asks.
    func keys() throws -> RealmKeys { try RealmKeys(keptIn: path + "/realm.keys") }

    /// The keys for a server that may be one of several machines: if it makes them, it says so.
    func serverKeys() throws -> RealmKeys {
        let isNew = !Self.isFile(path + "/realm.keys")
        let keys = try keys()
        if isNew {
            TerminalLog().notice(
                "made new keys: all servers of the realm need this file",
                [("file", path + "/realm.keys")])
        }
        return keys
    }

    /// The keys that a realm of this folder has; nil if there are none.
    func existingKeys() throws -> RealmKeys? {
        Self.isFile(path + "/realm.keys") ? try keys() : nil
    }

    /// Whether there is something at a path.
    static func isFile(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
