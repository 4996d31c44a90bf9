import Parley
import ParleyZones
import RealmGame
import SampleSupport
import Testing

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
        ]
        let table = RealmTable(
            map: try RealmMap.realm(from: 9_200).map, members: members, roles: Role.all(bots: 0),
            port: 9_200, events: ["north is killed"])
        let text = table.draw(TerminalSize(columns: 100, rows: 40)).lines.joined(separator: "\n")
        #expect(text.count { $0 == "●" } == 2)
        #expect(text.contains("7           town      1.4"))
        #expect(text.contains("east – frozen"))
        #expect(text.contains("north – gone"))
        #expect(text.contains("north is killed"))
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
            RealmDisplay.worldLine(of: reports)
                == "world: 4 zones, 2 clients, 3 logins, 7 calls wait for the store, 9 unanswered")
        #expect(RealmDisplay.worldLine(of: []) == "world: no report yet")
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
