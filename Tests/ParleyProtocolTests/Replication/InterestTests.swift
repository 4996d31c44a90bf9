import ParleyProtocol
import ParleySockets
import Testing

@Suite struct InterestTests {
    private var configuration: InterestGrid.Configuration {
        var configuration = InterestGrid.Configuration()
        configuration.radius = 10
        return configuration
    }

    private func handle(_ number: UInt32) -> EntityHandle { EntityHandle(rawValue: number) }

    @Test func edgesDoNotFlicker() {
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        func isShown(at x: Double) -> Bool {
            grid.place(handle(1), x: x, y: 0)
            grid.show(to: &client, x: 0, y: 0)
            return client.shows(handle(1))
        }
        #expect(!isShown(at: 10.5))
        #expect(isShown(at: 9.9))
        #expect(isShown(at: 10.5))
        #expect(isShown(at: 10.9))
        #expect(!isShown(at: 11.1))
        #expect(!isShown(at: 10.5))
    }

    @Test func clientsSeeOnlyTheirArea() {
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        grid.place(handle(1), x: 1, y: 1, in: 1)
        grid.place(handle(2), x: 1, y: 1, in: 2)
        grid.show(to: &client, x: 0, y: 0, in: 1)
        #expect(Set(client.shown) == [handle(1)])
        // The viewer goes through a door, then the entity does.
        grid.show(to: &client, x: 0, y: 0, in: 2)
        #expect(Set(client.shown) == [handle(2)])
        grid.place(handle(2), x: 1, y: 1, in: 1)
        grid.show(to: &client, x: 0, y: 0, in: 2, always: [handle(1)])
        #expect(Set(client.shown) == [handle(1)])
    }

    @Test func removedEntitiesAreHidden() {
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        for number in 1...3 as ClosedRange<UInt32> { grid.place(handle(number), x: 0, y: 0) }
        grid.show(to: &client, x: 0, y: 0)
        grid.remove(handle(1))
        grid.remove(handle(1))
        grid.show(to: &client, x: 0, y: 0)
        #expect(Set(client.shown) == [handle(2), handle(3)])
        #expect(grid.count == 2)
    }

    @Test func theNearestStayInACrowd() {
        var crowded = configuration
        crowded.maximumVisible = 5
        var grid = InterestGrid(configuration: crowded)
        var client = ClientReplica()
        for number in 1...20 as ClosedRange<UInt32> {
            grid.place(handle(number), x: Double(number) * 0.4, y: 0)
        }
        grid.show(to: &client, x: 0, y: 0)
        #expect(Set(client.shown) == Set((1...5 as ClosedRange<UInt32>).map { handle($0) }))
        grid.show(to: &client, x: 8, y: 0, always: [handle(1)])
        let others = (16...20 as ClosedRange<UInt32>).map { handle($0) }
        #expect(Set(client.shown) == Set([handle(1)] + others))
    }

    /// The grid finds what a scan of every entity would find, including the hysteresis at the edge.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func theGridFindsWhatAFullScanFinds(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        var places: [EntityHandle: SIMD2<Double>] = [:]
        var expected: Set<EntityHandle> = []
        for _ in 0..<40 {
            for _ in 0..<20 {
                let moved = handle(.random(in: 1...60, using: &generator))
                let place = SIMD2<Double>(
                    .random(in: -40...40, using: &generator),
                    .random(in: -40...40, using: &generator))
                if Int.random(in: 0..<8, using: &generator) == 0 {
                    grid.remove(moved)
                    places[moved] = nil
                } else {
                    grid.place(moved, x: place.x, y: place.y)
                    places[moved] = place
                }
            }
            let eye = SIMD2<Double>(.random(in: -30...30, using: &generator), 3)
            grid.show(to: &client, x: eye.x, y: eye.y)
            expected = Set(
                places.filter { handle, place in
                    let way = place - eye
                    let limit = expected.contains(handle) ? 11.0 : 10.0
                    return (way * way).sum() <= limit * limit
                }.keys)
            #expect(Set(client.shown) == expected)
        }
    }

    /// In a crowd the grid finds what sorting by distance and handle would find. Entities that are
    /// always shown displace no other.
    @Test(arguments: 0..<40 as Range<UInt64>)
    func inACrowdTheNearestAreChosen(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var crowded = configuration
        crowded.maximumVisible = .random(in: 0...12, using: &generator)
        var grid = InterestGrid(configuration: crowded)
        var client = ClientReplica()
        var places: [EntityHandle: SIMD2<Double>] = [:]
        let own = handle(1)
        let always: Set = [handle(2), handle(3)]
        for _ in 0..<40 {
            for number in 1...40 as ClosedRange<UInt32> where number % 3 != 0 || places.isEmpty {
                // Whole numbers, so that many are equally far.
                let place = SIMD2<Double>(
                    Double(Int.random(in: -6...6, using: &generator)),
                    Double(Int.random(in: -6...6, using: &generator)))
                places[handle(number)] = place
                grid.place(handle(number), x: place.x, y: place.y)
            }
            grid.show(to: &client, x: 0, y: 0, always: always, except: own)
            let nearest = places.filter { $0.key != own && !always.contains($0.key) }
                .sorted {
                    (($0.value * $0.value).sum(), $0.key.rawValue)
                        < (($1.value * $1.value).sum(), $1.key.rawValue)
                }
            let expected = Set(nearest.prefix(crowded.maximumVisible).map(\.key)).union(always)
            #expect(Set(client.shown) == expected)
        }
    }

    /// Entities that wander on for ever leave no squares behind, and are found everywhere.
    @Test func emptiedCellsAreReused() {
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        for step in 0..<2_000 {
            for number in 1...20 as ClosedRange<UInt32> {
                let x = Double(step) * 13 + Double(number % 5) * 9
                grid.place(handle(number), x: x, y: Double(number) * 9 - x, in: number % 2)
            }
            let x = Double(step) * 13 + 9
            grid.show(to: &client, x: x, y: 54 - x, in: 0)
            #expect(client.shows(handle(6)))
        }
        #expect(grid.squareCount <= 20)
    }

    @Test func absurdPositionsAreTolerated() {
        var grid = InterestGrid(configuration: configuration)
        var client = ClientReplica()
        for x in [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0] {
            grid.place(handle(1), x: x, y: -x)
            grid.show(to: &client, x: x, y: x)
        }
        #expect(client.shows(handle(1)))
    }

    /// Farther entities are sent more rarely, but their turn always comes.
    @Test func ringsAreDueAtTheirRates() throws {
        var stage = ReplicationStage(seed: 1)
        stage.addClient()
        var grid = InterestGrid(configuration: configuration)
        var handles: [EntityHandle] = []
        for x in [1.0, 4, 8] {
            let spawned = stage.spawnBall()
            let handle = try #require(spawned)
            grid.place(handle, x: x, y: 0)
            handles.append(handle)
        }
        grid.show(to: &stage.clients[0].replica, x: 0, y: 0)
        var counts = [0, 0, 0]
        for tick in 0..<48 {
            stage.beginTick()
            for handle in handles { stage.move(handle, by: 0.01) }
            for arrival in try stage.deliver() where tick >= 8 {
                for (index, handle) in handles.enumerated() where arrival.updated.contains(handle) {
                    counts[index] += 1
                }
            }
        }
        #expect(counts == [40, 20, 10])
    }

    /// When the budget is short, everything still gets its turn.
    @Test func nothingStarves() throws {
        var stage = ReplicationStage(seed: 2)
        stage.addClient(loss: 0.2, delay: 1...4, budget: 100)
        for _ in 0..<100 {
            _ = stage.spawnBall().map { stage.clients[0].replica.show($0, weight: 0.2) }
        }
        var last: [EntityHandle: Int] = [:]
        for tick in 0..<400 {
            stage.beginTick()
            for handle in stage.handles { stage.move(handle, by: 0.05) }
            try stage.exchange()
            for handle in stage.clients[0].receiver.entities {
                let newest = stage.clients[0].receiver.newestTick(of: handle)
                last[handle] = newest.map { Int($0.number) } ?? 0
                if tick > 150 { #expect(stage.now - (last[handle] ?? 0) < 60) }
            }
        }
        #expect(last.count == 100)
        #expect(stage.clients[0].replica.statistics.postponed > 100)
    }
}
