internal import CParleySQLite
internal import ParleySockets

/// A store that can be copied while it works.
public protocol CopiedStore: Store {
    /// Copies the store into a new file of that name, beside its own.
    func backUp(named name: String) async throws(StoreBackupError)
}

/// Why a store was not copied.
public struct StoreBackupError: Error, Hashable, CustomStringConvertible {
    /// The file that was to be made.
    public var path: String
    /// What is wrong, in words.
    public var reason: String

    /// A sentence for an operator.
    public var description: String { "\(path) could not be written: \(reason)" }
}

extension SQLiteStore: CopiedStore {
    /// Copies the store into a new file, as it is at one moment: `VACUUM INTO`.
    ///
    /// The copy is a store as any other, without a log beside it, and only this user can read it. Calls wait meanwhile: heartbeats,
    /// too. It has returned when the disk has the copy. Nothing is overwritten, and a failed copy is removed.
    ///
    /// - Throws: `StoreBackupError`: there is something at the path, or the disk is full.
    public func backUp(to path: String) async throws(StoreBackupError) {
        let call = BackupCall(path)
        queue.append(call)
        var isLeader = !isWriting
        if isLeader { isWriting = true } else { isLeader = await call.waitForTurn() }
        if isLeader { await writeNext() }
        if let reason = call.failure { throw StoreBackupError(path: path, reason: reason) }
    }

    /// Copies the store into a new file of that name, beside its own.
    public func backUp(named name: String) async throws(StoreBackupError) {
        try await backUp(to: StorePath.folder(of: path) + "/" + name)
    }
}

/// Paths of files, as texts.
enum StorePath {
    /// The folder that a file is in.
    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// A copy of the file that waits for its turn.
final class BackupCall: PendingCall {
    private let path: String
    private let turn = Promise<Bool>()
    /// Why there is no copy; nil once there is one.
    private(set) var failure: String? = "the store did not come to it"

    init(_ path: String) {
        // SQLite takes ":memory:" for no file, and "file:a" for another one. No path with a folder is read so.
        self.path = path.hasPrefix("/") ? path : "./" + path
    }

    /// Waits for its turn.
    ///
    /// - Returns: Whether the caller leads.
    func waitForTurn() async -> Bool { await turn.valueDespiteCancellation() }

    /// Copies the file. No transaction is open.
    func copy(from connection: SQLiteConnection?) {
        guard let connection else {
            failure = "the store is closed"
            return
        }
        // The system would read the path up to there, and SQLite beyond it.
        guard !path.utf8.contains(0) else {
            failure = "the path has a zero in it"
            return
        }
        guard !["-journal", "-wal", "-shm"].contains(where: path.lowercased().hasSuffix) else {
            failure = "SQLite takes a file of that name for its own, and would remove it"
            return
        }
        let made = unsafe parley_file_make(path)
        guard made == 0 else {
            failure = unsafe String(cString: parley_system_message(made))
            return
        }
        do throws(SQLiteFailure) {
            try connection.execute("VACUUM INTO '\(path.replacing("'", with: "''"))'")
            let synced = unsafe parley_file_sync(path, StorePath.folder(of: path))
            failure = synced == 0 ? nil : unsafe String(cString: parley_system_message(synced))
        } catch {
            failure = error.message
        }
        if failure != nil { unsafe parley_file_remove(path) }
    }

    func perform(on tables: SQLTables) {}

    func refuse(_ refusal: StoreRefusal) { failure = "\(refusal)" }

    func lose(_ reason: UnknownOutcome) { failure = "\(reason)" }

    func resume(leading: Bool) { turn.fulfil(leading) }
}
