import ParleyZones
import RealmGame

/// What a child process is there for.
enum Role: Hashable, Sendable, CustomStringConvertible {
    case world
    case zone(String)
    case bots(Int)

    /// All of a realm, in the order of starting.
    static func all(bots: Int) -> [Role] {
        [.world] + RealmMap.zones.map { .zone($0.name) } + (bots > 0 ? [.bots(bots)] : [])
    }

    /// The command line of its process.
    func words(
        from port: UInt16, in folder: RealmFolder, certificates: String?, database: String?
    ) -> [String] {
        var words =
            switch self {
            case .world:
                ["world", "--folder", folder.path] + (database.map { ["--store", $0] } ?? [])
            case .zone(let name): ["zone", name, "--folder", folder.path]
            case .bots(let count): ["bots", "--count", "\(count)"]
            }
        if case .bots = self {
        } else {
            if let certificates { words += ["--certificates", certificates] }
            if database != nil { words += ["--lease", "45s"] }
        }
        return words + ["--port-base", "\(port)", "--supervised"]
    }

    var description: String {
        switch self {
        case .world: "world"
        case .zone(let name): name
        case .bots: "bots"
        }
    }
}
