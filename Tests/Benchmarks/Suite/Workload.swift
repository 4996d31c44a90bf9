/// Something to measure: Parley's way and the ways to compare it with.
struct Workload {
    /// A side's figures by name, such as "cpu" or "p99".
    typealias Figures = [String: Double]

    /// One way to do it.
    struct Side {
        let name: String
        let run: (Pace) throws -> Figures
    }

    /// One line of the table: one figure of Parley's beside one baseline's.
    struct Row {
        let name: String
        let figure: String
        let unit: String
        var isBetterWhen = Direction.lower
        /// `nil` where the target is a figure and not a ratio.
        var baseline: String? = "raw C"
        var target: Double?
    }

    enum Direction: String {
        case lower = "≤"
        case higher = "≥"
    }

    let name: String
    let parley: Side
    var baselines: [Side] = []
    let rows: [Row]

    init(
        _ name: String, parley: @escaping (Pace) throws -> Figures, baselines: [Side] = [],
        rows: [Row]
    ) {
        self.name = name
        self.parley = Side(name: "Parley", run: parley)
        self.baselines = baselines
        // Rows beside a baseline that this machine does not have are left out.
        self.rows = rows.filter { row in
            row.baseline == nil || baselines.contains { $0.name == row.baseline }
        }
    }

    /// All workloads, the most important first.
    static func all(clients: Int) -> [Workload] {
        let lowest = udpReceive + udpFanOut + tcpOneWay + [tlsOneWay] + pingPong
        let parts =
            [acceptAndClose, idle, oneToAll, codec] + collisions + security + stores
            + postgresStores + mixedWrites + surveys
        let servers = replication + [commands] + wholeServers(clients: clients) + [ticks]
        let realms = crossings + failOvers + [rollingUpgrade] + realm(clients: clients)
        return lowest + parts + servers + realms + attacks + badWays + [idleSessions] + allocations
    }
}

extension Workload.Side {
    static func c(_ run: @escaping (Pace) throws -> Workload.Figures) -> Self {
        Self(name: "raw C", run: run)
    }
}
