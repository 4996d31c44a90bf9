import ParleyProtocol
import ParleySimulation
import ParleyWorld
import TestGames
import Testing

/// Found by simulation (`worlds-agree-lan`, seed 34; `worlds-agree-awful`, seed 1).
@Suite struct BodyChangeTests {
    @Test func aNewBodyIsPredictedWithPendingCommands() throws {
        let simulation = Simulation(seed: 1, links: .transatlanticWithoutLoss)
        let report = try simulation.play(for: .seconds(8)) { client, elapsed in
            client.command = Meadow.Command(x: 100, y: 20)
            // About once a second.
            let frame = Int(elapsed / .microseconds(16_667))
            guard frame > 180, frame % 60 == 0 else { return }
            let request: Meadow.Request = frame / 60 % 2 == 0 ? .getUp : .sitDown
            try? await client.request(request)
        }
        #expect(report.play.prediction.right > 100)
        #expect(report.play.prediction.wrong == 0)
    }

    @Test func aRoundTripOfTwoSecondsIsPredicted() throws {
        var links = LinkProfile.transatlanticWithoutLoss
        links.latency = .seconds(1)
        let simulation = Simulation(seed: 1, links: links)
        let report = try simulation.play(for: .seconds(20)) { client, elapsed in
            client.command = Meadow.Command.wandering(at: elapsed)
        }
        #expect(report.play.ticksAhead > 120)
        #expect(report.play.prediction.right > 100)
        #expect(report.play.prediction.wrong == 0)
    }
}

extension LinkProfile {
    fileprivate static var transatlanticWithoutLoss: LinkProfile {
        var profile = LinkProfile.transatlantic
        profile.loss = .independent(0)
        return profile
    }
}
