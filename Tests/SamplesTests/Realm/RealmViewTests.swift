import Parley
import RealmGame
import SampleSupport
import Testing

@testable import ParleyZones
@testable import realm

/// What the realm's program shows and says.
@Suite struct RealmViewTests {
    @Test func theMapHasFourZones() throws {
        let map = try RealmMap.realm(from: 9_200).map
        let canvas = PlayView(map: map, frame: nil).draw(TerminalSize(columns: 80, rows: 26))
        let text = canvas.lines.joined(separator: "\n")
        for zone in RealmMap.zones { #expect(text.contains(zone.name)) }
        #expect(canvas.lines[2].contains("north"), "north is above")
        #expect(text.contains("┼"))
        for size in [(1, 1), (3, 2), (0, 0), (500, 3)] {
            let canvas = PlayView(map: map, frame: nil).draw(
                TerminalSize(columns: size.0, rows: size.1))
            #expect(canvas.lines.count == size.1)
        }
    }

    @Test func theSupervisorShowsWhoseEachCharacterIs() throws {
        var town = ZoneReport(zone: "town", incarnation: 1, players: 2)
        town.people = [
            .init(character: 7, epoch: "1.4", east: 50, north: 50),
            .init(character: 9, epoch: "1.2", east: 60, north: 20),
        ]
        let east = ZoneReport(zone: "east", incarnation: 2, isFrozen: true)
        let members: [Role: RealmTable.Member] = [
            .zone("town"): .init(process: 11, report: .zone(town)),
            .zone("east"): .init(process: 12, report: .zone(east)),
            .zone("north"): .init(process: 13, report: nil),
            .world(0): .init(process: 14, report: .world(WorldReport(clients: 2, zones: 2))),
        ]
        let table = RealmTable(
            map: try RealmMap.realm(from: 9_200).map, members: members,
            roles: Role.all(bots: 0, worlds: 2), port: 9_200, events: ["north is killed"])
        let text = table.draw(TerminalSize(columns: 100, rows: 40)).lines.joined(separator: "\n")
        #expect(text.count { $0 == "●" } == 2)
        #expect(text.contains("7           town      1.4"))
        #expect(text.contains("east – frozen"))
        #expect(text.contains("north – gone"))
        #expect(text.contains("north is killed"))
        #expect(text.contains("world servers at 127.0.0.1: 9200, 9210"))
        #expect(text.contains("world: 2 zones, 2 clients") && text.contains("world-1: gone"))
        #expect(text.contains("realm play --port-base 9200 --worlds 2"))
        for size in [(1, 1), (3, 2), (0, 0), (500, 3), (40, 12), (10, 100)] {
            let canvas = table.draw(TerminalSize(columns: size.0, rows: size.1))
            #expect(canvas.lines.count == size.1)
        }
    }

    @Test func aReportSurvivesItsLine() {
        var zone = ZoneReport(zone: "town", incarnation: 3, players: 2, crossingsIn: 9)
        #expect(ServerReport(line: ServerReport.zone(zone).line) == .zone(zone))
        #expect(zone.text == "town, incarnation 3: 2 players, 9 came, 0 went, 0 put back")
        zone.incarnation = nil
        #expect(zone.text.contains("no world server"))
        var bots = BotsReport(bots: 3)
        bots.silences = BotsReport.Silences([.milliseconds(50), .milliseconds(20)])
        #expect(bots.silences.longest == 50)
        #expect(ServerReport(line: ServerReport.bots(bots).line) == .bots(bots))
        #expect(ServerReport(line: "realm: port 1 is in use") == nil)
        #expect(ServerReport(line: "{}") == nil)
    }

    /// Zones stay where they are, however many world servers there are.
    @Test func eachServerHasPortsOfItsOwn() throws {
        let (one, two) = (
            try RealmMap.realm(from: 9_200), try RealmMap.realm(from: 9_200, worlds: 2)
        )
        #expect(one.zones == two.zones)
        #expect(two.worlds.map(\.playerPort) == [9_200, 9_210])
        let ports = two.worlds + Array(two.zones.values)
        #expect(Set(ports.flatMap { [$0.playerPort, $0.serverPort] }) == Set(9_200...9_211))
        #expect(RealmMap.portCount(worlds: 2) == 12)
        let positions = Role.all(bots: 3, worlds: 2).map(\.position)
        #expect(positions == [0, 5, 1, 2, 3, 4, nil])
    }

    /// An operator sees the players of all world servers, and which server is silent.
    @Test func theStatusOfSeveralWorldServers() {
        func status(_ incarnation: UInt64, _ players: Int) -> RealmStatus {
            RealmStatus(
                zones: [
                    .init(name: "town", incarnation: incarnation, state: "ready", players: players)
                ],
                clients: players, logins: 4, waitingCalls: 0, unanswered: 0, droppedCalls: 0,
                worldServers: 3)
        }
        let lines = OperatorProgram.lines(of: [
            WorldServerStatus(number: 0, status: status(1, 2)),
            WorldServerStatus(number: 1, status: status(2, 3)),
            WorldServerStatus(number: 2, status: nil),
        ])
        #expect(
            lines == [
                "town, incarnation 2: ready, 5 players",
                "world: 1 zones, 2 clients, 4 logins, 0 calls wait for the store, 0 unanswered",
                "world-1: 1 zones, 3 clients, 4 logins, 0 calls wait for the store, 0 unanswered",
                "world-2: does not answer",
            ])
        // Whoever asks one of them is told of the others.
        let one = OperatorProgram.lines(of: [WorldServerStatus(number: 0, status: status(1, 2))])
        #expect(
            one.last
                == "the realm has 3 world servers, each with players of its own: --worlds 3")
    }

    /// A realm that stands still says where.
    @Test func theLinesSayWhatTheWorldServerWaitsFor() {
        var world = WorldReport(clients: 2, zones: 4, logins: 3)
        (world.waitingCalls, world.unanswered) = (7, 9)
        let town = ZoneReport(zone: "town", incarnation: 1, players: 2, isFrozen: true)
        let reports: [ServerReport] = [.world(world), .zone(town), .bots(BotsReport(bots: 2))]
        #expect(
            RealmDisplay.line(of: reports)
                == "players: town 2 (frozen); bots: 0 of 2 play, 0 crossings")
        #expect(
            RealmDisplay.worldLines(of: reports, Role.all(bots: 2, worlds: 2)) == [
                "world: 4 zones, 2 clients, 3 logins, 7 calls wait for the store, 9 unanswered",
                "world-1: no report yet",
            ])
        world.droppedCalls = 1
        #expect(world.text.hasSuffix(", 1 dropped"))
    }

    @Test func theKeysWalkAndType() {
        var controls = Controls()
        #expect(controls.press(.right, at: .zero) == nil)
        #expect(controls.command(at: .zero) == RealmRules.Command(east: 127, north: 0))
        #expect(controls.command(at: .seconds(1)) == RealmRules.idle)
        #expect(controls.press(.character(" "), at: .zero) == .wave)
        #expect(controls.press(.character("g"), at: .zero) == .give)
        _ = controls.press(.enter, at: .zero)
        for key in "quit" { #expect(controls.press(.character(key), at: .zero) == nil) }
        #expect(controls.draft == "quit")
        _ = controls.press(.backspace, at: .zero)
        #expect(controls.press(.enter, at: .zero) == .say("qui"))
        #expect(controls.draft == nil)
        #expect(controls.press(.character("q"), at: .zero) == .leave)
    }

    /// The silence of a crossing is no stall, and a stall no crossing.
    @Test func theMeterTellsCrossingsFromStalls() {
        var meter = SilenceMeter()
        meter.note("town", 1, at: .zero)
        meter.note("town", 1, at: .milliseconds(30))
        meter.note("town", 2, at: .milliseconds(50))
        meter.note("east", 9, at: .milliseconds(120))
        #expect(meter.crossings == [.milliseconds(70)])
        #expect(meter.stalls.isEmpty)
        #expect(meter.isPlaying(at: .milliseconds(500)))
        #expect(!meter.isPlaying(at: .milliseconds(620)))
        meter.note("east", 10, at: .milliseconds(2_120))
        #expect(meter.stalls == [.seconds(2)])
        #expect(meter.crossingCount == 1)
    }
}
