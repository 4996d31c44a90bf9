import ParleyDatagrams
import ParleyProtocol
import Testing

/// The command that stands in for a missing one, on the server and in the prediction.
@Suite struct CommandStandInTests {
    private struct Command: DatagramCodable, Codable, Hashable, Sendable {
        var push = 0
        var fires = false
    }

    private struct Body: Hashable, Sendable {
        var place = 0
        var shots = 0

        mutating func step(_ command: Command) {
            place += command.push
            if command.fires { shots += 1 }
        }
    }

    private func hold(lasting duration: Duration = .seconds(1)) -> CommandStandIn<Command> {
        CommandStandIn(
            idle: Command(), lasting: duration, tickRate: 20,
            standIn: { Command(push: $0.push, fires: false) })
    }

    @Test func oneTimeActionsAreNotRepeatedByTheServer() throws {
        var queue = TypedCommandQueue(
            tickRate: 20, standIn: hold(), after: Tick(number: 100), at: .zero)
        let bundle = try #require(
            CommandBundle(
                newest: Tick(number: 101), packet: 0, view: nil,
                commands: [Command(push: 3, fires: true)]))
        queue.receive(bundle, at: .zero)
        var body = Body()
        for number in 101...105 as ClosedRange<UInt32> {
            body.step(queue.take(Tick(number: number), at: .zero).command)
        }
        #expect(body == Body(place: 15, shots: 1))
        #expect(queue.statistics.repeated == 4)
    }

    @Test func thePredictionFillsItsGapsInTheSameWay() {
        var prediction = PredictedState<Body, Command>(
            Body(), at: Tick(number: 100), standIn: hold())
        let shot = Command(push: 3, fires: true)
        let step: PredictedState<Body, Command>.Step = { body, command, _ in body.step(command) }
        prediction.apply(shot, for: Tick(number: 101), by: step)
        prediction.apply(Command(push: 1), for: Tick(number: 105), by: step)
        #expect(prediction.predicted == Body(place: 13, shots: 1))
        // Run again on top of the server's state, it comes to the same.
        prediction.reconcile(with: Body(place: 3, shots: 1), at: Tick(number: 101), by: step)
        #expect(prediction.predicted == Body(place: 13, shots: 1))
    }

    @Test(arguments: [
        (Duration.milliseconds(500), 20, 10), (.milliseconds(500), 240, 120),
        (.milliseconds(501), 60, 31), (.zero, 60, 0), (.seconds(-1), 60, 0),
        (.seconds(Int64.max), 1_000, 4_096),
    ])
    func itLastsForADurationAtEveryTickRate(duration: Duration, tickRate: Int, ticks: Int) {
        let standIn = CommandStandIn(
            idle: 0, lasting: duration, tickRate: tickRate, standIn: { $0 })
        #expect(standIn.maximumRepeats == ticks)
    }
}
