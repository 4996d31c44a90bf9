import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// The options of the realm's commands.
enum Options {
    static let portBase = Option<UInt16>(
        "port-base", "N",
        "the first world server's port for players; the realm's other ports follow it",
        default: RealmMap.defaultPort,
        in: 1...(UInt16.max - UInt16(RealmMap.portCount(worlds: RealmMap.mostWorlds) - 1)))
    static let worlds = Option(
        "worlds", "N",
        "how many world servers the realm has; the same for all of its commands",
        default: 1, in: 1...RealmMap.mostWorlds)
    static let number = Option(
        "number", "N", "which of the realm's world servers it is, from 0 on", default: 0,
        in: 0...(RealmMap.mostWorlds - 1))
    static let certified = Option(
        "worlds", "N", "how many world servers get a certificate", default: 1,
        in: 1...RealmMap.mostWorlds)
    static let folder = Option<String?>(
        "folder", "FOLDER",
        "where the realm's keys and its store are (default: realm in your state directory)")
    static let ownFolder = Option<String?>(
        "folder", "FOLDER",
        "where the realm's keys and its store are (default: a new one, removed at the end)")
    static let store = Option<String?>(
        "store", "FILE",
        "the store, or postgres://USER@HOST/DATABASE, whose password is in PGPASSWORD (default: realm.db in the folder)"
    )
    static let ownStore = Option<String?>(
        "store", "postgres", "a PostgreSQL of the realm's own, with a standby (default: a file)",
        expects: "“postgres”")
    static let failOverEvery = Option<Seconds?>(
        "fail-over-every", "TIME",
        "kill the database that often, and go on with its standby; with --store postgres",
        expects: Seconds.expectation)
    static let lease = Option<Seconds?>(
        "lease", "TIME",
        "how long a zone goes on without a world server; the same for all servers (default: 5s; 45s with a database or --worlds)",
        expects: Seconds.expectation)
    static let certificates = Option<String?>(
        "certificates", "FOLDER",
        "links between the servers are TLS, by the certificates that “realm certificates” has made there"
    )
    static let add = Option.flag(
        "add", "make those that are missing, by the authority that is there")
    static let out = Option<String?>("out", "FOLDER", "where the certificates are to be")
    static let backup = Option<String?>("out", "FILE", "the copy, which must not exist yet")
    static let next = Option<UInt32?>(
        "next", "N",
        "the number of the generation: above all that the realm ever had (default: one more)",
        expects: "a whole number")
    static let drainFor = Option<Seconds?>(
        "drain-for", "TIME",
        "drain for so long when asked to end, such as 25s (default: end at once)",
        expects: Seconds.expectation)
    static let bots = Option("bots", "N", "how many bots play", default: 16, in: 0...256)
    static let count = Option("count", "N", "how many bots play", default: 16, in: 1...256)
    static let seconds = Option<UInt32?>(
        "seconds", "N", "end after N seconds (default: never)",
        expects: "a whole number of seconds")
    static let killEvery = Option<Seconds?>(
        "kill-a-zone-every", "TIME", "kill a random zone's process that often, such as 10s",
        expects: Seconds.expectation)
    static let stopWorld = Option<Seconds?>(
        "stop-the-world-server", "TIME", "stop the world server for so long, after five seconds",
        expects: Seconds.expectation)
    static let killWorldEvery = Option<Seconds?>(
        "kill-a-world-server-every", "TIME",
        "kill one of several world servers that often, such as 10s; with --worlds",
        expects: Seconds.expectation)
    static let name = Option<String?>("name", "NAME", "your name in the realm")
    static let plain = Option.flag(
        "plain", "encrypt nothing, for Panda3D programs; all servers of a realm or none")
    static let metrics = Option<String?>(
        "metrics", "HOST:PORT",
        "serve metrics for Prometheus at http://HOST:PORT/metrics (default: not at all)")
    static let allMetrics = Option<String?>(
        "metrics", "HOST:PORT",
        "serve metrics for Prometheus: the first world server's at this port, the other servers' at the ports after it (default: not at all)"
    )
    static let metricsFrom = Option<String?>(
        "metrics-from", "NETWORKS",
        "the networks that may ask for metrics, such as 10.0.0.0/8,::1 (default: this machine)")
    static let noColor = Option.flag("no-color", "no colours; NO_COLOR=1 does the same")
    /// What the supervisor says to its children.
    static let supervised = Option.flag(
        "supervised", "report in JSON, and end with the standard input")
}

/// A time on a command line: "10", "10s" or "0.5s".
struct Seconds: LosslessStringConvertible, Hashable, Sendable {
    let duration: Duration

    static let expectation = "a time from 0.1s to 3600s"

    init?(_ text: String) {
        let number = text.hasSuffix("s") ? text.dropLast() : text[...]
        guard let seconds = Double(number), (0.1...3_600).contains(seconds) else { return nil }
        duration = .seconds(seconds)
    }

    var description: String { "\(duration / .seconds(1))s" }
}

extension Arguments {
    /// The realm at the ports of the command line, with its world servers and its lease.
    func realm(hasDatabase: Bool) throws -> RealmConfiguration {
        let worlds = self[Options.worlds]
        var realm = try RealmMap.realm(from: self[Options.portBase], worlds: worlds)
        if let lease = self[Options.lease] {
            realm.lease = lease.duration
        } else if hasDatabase || worlds > 1 {
            // Longer than a fail-over.
            realm.lease = .seconds(45)
        }
        return realm
    }
}
