import ArenaGame
import Parley
import SampleSupport
import Testing

@testable import arena

@Suite struct ViewTests {
    static let frame: Frame = {
        var frame = Frame()
        frame.title = "The title"
        frame.hints = ["The keys"]
        frame.me = EntityID(rawValue: 2)
        frame.vitals = [Vital("tick", "p50 0.10 ms  p99 0.31 ms"), Vital("in", "160/s  3.1 kB/s")]
        frame.tickTimes = [0.1, 0.4, 0.2]
        frame.scene.apply(.map(.courtyard))
        var bodies: [Walker] = []
        for (index, name) in ["Ada", "Grace", "世界", "🎈🎈"].enumerated() {
            let id = EntityID(rawValue: UInt32(index + 1))
            frame.scene.apply(.joined(id, name: name))
            frame.roundTrips[id] = .microseconds(310 * (index + 1))
            bodies.append(Walker(id: id, position: Vector.landmarks[index]))
        }
        frame.scene.apply(.joined(.npc(0), name: "Guard"))
        bodies.append(Walker(id: .npc(0), position: .library))
        bodies[1].vulnerableAt = Tick(number: 9)
        frame.scene.apply(.score(EntityID(rawValue: 3), 12))
        frame.scene.apply(.chat(EntityID(rawValue: 1), "Hello, everybody"))
        frame.scene.apply(
            .init(
                it: bodies[0].id,
                avatars: bodies.map { ArenaMessages.Avatar($0, at: Tick(number: 1)) }))
        return frame
    }()

    private static let sizes = [
        (0, 0), (1, 1), (2, 50), (50, 2), (10, 5), (20, 10), (40, 12), (64, 12), (80, 24),
        (120, 40),
        (200, 50), (60, 80), (300, 12),
    ]

    @Test(arguments: sizes) func everySizeIsFilledExactly(columns: Int, rows: Int) {
        for depth in ColorDepth.allCases {
            var view = ArenaView(depth: depth)
            let canvas = view.draw(Self.frame, TerminalSize(columns: columns, rows: rows))
            #expect(canvas.lines.count == rows)
            #expect(canvas.lines.allSatisfy { $0.columns == columns })
        }
    }

    @Test(arguments: sizes) func anEmptySceneIsNoProblem(columns: Int, rows: Int) {
        var view = ArenaView(depth: .full)
        _ = view.render(Frame(), TerminalSize(columns: columns, rows: rows))
    }

    @Test func everythingIsShown() {
        var view = ArenaView(depth: .full)
        let text = view.draw(Self.frame, TerminalSize(columns: 120, rows: 40)).lines
            .joined(separator: "\n")
        for part in [
            "The title", "The keys", "Ada", "Grace", "世界", "🎈🎈", "Guard", "12", "0.31 ms",
            "p50 0.10 ms", "Ada: Hello, everybody", "IT",
        ] {
            #expect(text.contains(part), "\(part)")
        }
    }

    @Test func doorsAreShown() {
        var frame = Self.frame
        func text(_ depth: ColorDepth) -> String {
            var view = ArenaView(depth: depth)
            return view.draw(frame, TerminalSize(columns: 120, rows: 40)).lines
                .joined(separator: "\n")
        }
        #expect(text(.full).contains("cellar") && text(.full).contains("garden"))
        #expect(!text(.none).contains("(shut)"))
        frame.scene.grounds.set(0, open: false)
        #expect(text(.none).contains("cellar (shut)"))
        frame.scene.look(at: Grounds.cellar)
        #expect(text(.none).contains("courtyard"))
    }

    /// A player in a doorway stands just under the door's label.
    @Test(arguments: 0...5) func aNameNeverOverwritesADoor(number: Int) {
        var frame = Self.frame
        let door = Grounds.arena.doorways[number]
        frame.scene.look(at: door.area)
        let crowd = (-3...3).flatMap { x in
            (-4...4).map { y in Vector(Double(x) / 2, Double(y) / 2) }
        }
        for place in crowd {
            let walker = Walker(
                id: EntityID(rawValue: 2), position: door.place + place, area: door.area)
            frame.scene.apply(
                .init(it: nil, avatars: [ArenaMessages.Avatar(walker, at: Tick(number: 1))]))
            var view = ArenaView(depth: .none)
            let text = view.draw(frame, TerminalSize(columns: 120, rows: 40)).lines.joined()
            for other in frame.scene.doors {
                #expect(text.contains(Grounds.name(of: other.leadsTo)), "\(place)")
            }
        }
    }

    @Test func aHintThatDoesNotFitIsLeftOutWhole() {
        let hints = [
            "q quits", "1 courtyard: 12", "join: Samples/run arena play --to localhost:41234",
        ]
        #expect(ArenaView.line(of: hints, width: 24) == "q quits")
        #expect(ArenaView.line(of: hints, width: 25) == "q quits   1 courtyard: 12")
        #expect(ArenaView.line(of: hints, width: 76) == "q quits   1 courtyard: 12")
        #expect(ArenaView.line(of: hints, width: 77).hasSuffix("localhost:41234"))
        #expect(ArenaView.line(of: [], width: 10) == "")
    }

    @Test(arguments: sizes) func anAlertIsAcrossTheMiddle(columns: Int, rows: Int) {
        var frame = Self.frame
        frame.alert = "no answer for 2 s"
        var view = ArenaView(depth: .full)
        let canvas = view.draw(frame, TerminalSize(columns: columns, rows: rows))
        #expect(canvas.lines.allSatisfy { $0.columns == columns })
        guard columns > 20, rows > 2 else { return }
        #expect(canvas.lines[rows / 2].contains("no answer for 2 s"))
    }

    /// An overloaded server leaves out input and snapshots before its ticks are late.
    @Test func theServersPanelShowsAnOverload() async {
        let server = GameServer(world: ArenaWorld(), network: SystemNetwork())
        var meter = Meter()
        #expect(meter.vitals.filter { $0.name == "missed" }.map(\.value) == ["–"])
        meter.note(await server.statistics, at: NetworkInstant(nanoseconds: 0))
        let vitals = Dictionary(uniqueKeysWithValues: meter.vitals.map { ($0.name, $0.value) })
        #expect(vitals["missed"] == "0.0 % of commands, 0 waiting")
        #expect(vitals["skipped"] == "0 steps, 0 snapshots")
    }

    @Test func oneOfAKindHasNoPlural() {
        #expect(1.counted("tick") == "1 tick")
        #expect(0.counted("tick") == "0 ticks")
    }

    @Test func otherAreasAreNotShown() {
        var frame = Self.frame
        #expect(frame.scene.avatars.count == 5)
        frame.scene.look(at: Grounds.garden)
        #expect(frame.scene.avatars.isEmpty)
        #expect(frame.scene.map == .garden)
    }

    @Test func withoutColoursThereAreNoEscapes() {
        var view = ArenaView(depth: .none)
        let text = view.render(Self.frame, TerminalSize(columns: 120, rows: 40))
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("█"))
        #expect(text.contains("*"), "it")
        #expect(text.contains("@"), "players")
    }

    @Test func theFieldKeepsItsShape() {
        for columns in 64..<200 {
            let layout = Layout(TerminalSize(columns: columns, rows: 40))
            #expect(layout.side.isMultiple(of: 2))
            #expect(layout.panelColumn + layout.panelWidth <= columns)
        }
    }

    @Test(arguments: [
        (0.0, 2, "0.00"), (1.005, 1, "1.0"), (0.999, 2, "1.00"), (-2.5, 1, "-2.5"), (12.3, 0, "12"),
        (.infinity, 1, "–"),
    ])
    func numbers(value: Double, digits: Int, text: String) {
        #expect(value.text(digits: digits) == text)
    }

    @Test func durationsAndRates() {
        #expect(Duration.microseconds(310).text == "0.31 ms")
        #expect(Duration.milliseconds(12).text == "12 ms")
        #expect(1234.0.byteRate == "1.2 kB/s")
        #expect(Sparkline([0, 1, 2]).text == "▁▄█")
        #expect(Sparkline([]).text == "")
    }
}
