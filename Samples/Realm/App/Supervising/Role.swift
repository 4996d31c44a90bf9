import ParleyZones
import RealmGame

/// What a child process is there for.
enum Role: Hashable, Sendable, CustomStringConvertible {
    case world(Int)
    case zone(String)
    case bots(Int)

    /// All of a realm, in the order of starting.
    static func all(bots: Int, worlds: Int = 1) -> [Role] {
        (0..<worlds).map { .world($0) } + RealmMap.zones.map { .zone($0.name) }
            + (bots > 0 ? [.bots(bots)] : [])
    }

    /// Its place among the servers of the realm, and so among their ports; nil if it is no server.
    var position: Int? {
        switch self {
        case .world(let number): RealmMap.position(ofWorld: number)
        case .zone(let name): RealmMap.position(ofZone: name)
        case .bots: nil
        }
    }

    var isWorld: Bool { if case .world = self { true } else { false } }

    var description: String {
        switch self {
        case .world(let number): RealmMap.name(ofWorld: number)
        case .zone(let name): name
        case .bots: "bots"
        }
    }
}

/// What the processes of one realm have in common, from which their command lines are made.
struct Launch: Sendable {
    let port: UInt16
    let worlds: Int
    let folder: RealmFolder
    let certificates: String?
    let metrics: MetricsPorts?

    /// The command line of a process.
    ///
    /// - Parameter database: The store; nil for the folder's file.
    func words(of role: Role, database: String?) -> [String] {
        var words: [String]
        switch role {
        case .world(let number):
            words = ["world", "--number", "\(number)", "--folder", folder.path]
            if let database { words += ["--store", database] }
        case .zone(let name): words = ["zone", name, "--folder", folder.path]
        case .bots(let count): words = ["bots", "--count", "\(count)"]
        }
        if role.position != nil {
            if let certificates { words += ["--certificates", certificates] }
            if database != nil { words += ["--lease", "45s"] }
            if let metrics { words += metrics.words(of: role) }
        }
        return words + ["--port-base", "\(port)", "--worlds", "\(worlds)", "--supervised"]
    }
}
