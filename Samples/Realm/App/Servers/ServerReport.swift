import Foundation
import Parley
import ParleyZones
import RealmGame
import SampleSupport

/// What a process of the realm says of itself, again and again: a line of JSON for its supervisor, or of text for a person.
enum ServerReport: Codable, Hashable, Sendable {
    case world(WorldReport)
    case zone(ZoneReport)
    case bots(BotsReport)

    /// The report in a line of JSON; nil for another line.
    init?(line: String) {
        guard line.first == "{",
            let report = try? JSONDecoder().decode(Self.self, from: Data(line.utf8))
        else { return nil }
        self = report
    }

    var line: String {
        (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    var text: String {
        switch self {
        case .world(let report): report.text
        case .zone(let report): report.text
        case .bots(let report): report.text
        }
    }
}

/// The numbers of a world server.
struct WorldReport: Codable, Hashable, Sendable {
    /// Which of the realm's world servers it is.
    var number = 0
    var clients = 0
    var zones = 0
    var logins: UInt64 = 0
    var chats: UInt64 = 0
    /// Calls of the store that are under way, and those that nobody has answered so far.
    var waitingCalls = 0
    var unanswered: UInt64 = 0
    /// Calls that were not made, since too many were under way.
    var droppedCalls: UInt64 = 0

    var text: String {
        "\(RealmMap.name(ofWorld: number)): \(zones) zones, \(clients) clients, \(logins) logins, \(waitingCalls) calls wait for "
            + "the store, \(unanswered) unanswered"
            + (droppedCalls == 0 ? "" : ", \(droppedCalls) dropped")
    }
}

/// The numbers of a zone.
struct ZoneReport: Codable, Hashable, Sendable {
    var zone = ""
    /// Nil until a world server has registered it.
    var incarnation: UInt64?
    /// The incarnation whose lease it waits for.
    var holder: UInt64?
    var players = 0
    var crossingsIn: UInt64 = 0
    var crossingsOut: UInt64 = 0
    var putBack: UInt64 = 0
    var isFrozen = false
    /// Who is in, in the order of their numbers.
    var people: [Person] = []

    /// A character that a zone simulates.
    struct Person: Codable, Hashable, Sendable {
        var character: UInt64
        /// The epoch at which the zone owns it, such as "1.7"; "–" while the zone is frozen.
        var epoch: String
        /// Metres from the plane's south-western corner.
        var east: Float
        var north: Float
    }

    var text: String {
        guard let incarnation else {
            guard let holder else { return "\(zone): no world server has answered yet" }
            return "\(zone): waits for the lease of incarnation \(holder), which may still live"
        }
        return "\(zone), incarnation \(incarnation): \(players) players, \(crossingsIn) came, "
            + "\(crossingsOut) went, \(putBack) put back" + (isFrozen ? "; frozen" : "")
    }
}

/// The numbers of the bots.
struct BotsReport: Codable, Hashable, Sendable {
    var bots = 0
    /// How many have fresh news of their bodies.
    var playing = 0
    var crossings = 0
    /// Milliseconds between the last news of the old zone and the first of the new one.
    var silences = Silences()
    /// The milliseconds of each stall that has ended since the last report.
    var stalls: [Int] = []

    struct Silences: Codable, Hashable, Sendable {
        var median = 0
        var percentile99 = 0
        var longest = 0
        var count = 0

        init() {}

        init(_ silences: [Duration]) {
            let sorted = silences.map { Int(($0 / .milliseconds(1)).rounded()) }.sorted()
            guard let last = sorted.last else { return }
            (median, longest, count) = (sorted[sorted.count / 2], last, sorted.count)
            percentile99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        }
    }

    var text: String {
        "bots: \(playing) of \(bots) play, \(crossings) crossings"
            + (silences.count == 0
                ? ""
                : ", silent for \(silences.median) ms (p50), \(silences.percentile99) ms (p99)")
    }
}

/// Prints a report each second; for a supervisor, which draws them, four times a second.
struct Reporter: Sendable {
    let isSupervised: Bool
    let clock: any NetworkClock

    private var pause: Duration { isSupervised ? .milliseconds(250) : .seconds(1) }

    func run(_ report: () async -> ServerReport) async throws {
        while true {
            let report = await report()
            printLine(isSupervised ? report.line : report.text)
            try await clock.sleep(for: pause)
        }
    }
}
