import ParleyDatagrams
import ParleyProtocol
import Testing

/// The code of `Documentation/Prediction.md`, played on one machine.
@Suite struct PredictionGuideTests {
    struct Cart: Equatable, Sendable {
        var x = 0.0
        var speed = 0.0
    }

    /// The rules, for both sides.
    static func roll(_ cart: inout Cart, push: Int, tick: Tick) {
        cart.speed += Double(push) / 8
        cart.x += cart.speed / 64
    }

    struct Client {
        var clock: InputClock
        var sender = CommandSender<Int>()
        var cart: PredictedState<Cart, Int>
        var deviation = Deviation<Double>(teleportLength: 3)
        var others = InterpolationClock(tickRate: 60)
        var other = InterpolationBuffer<Double>()

        /// Called once a frame: gives the commands that are due, and returns what to draw.
        mutating func frame(
            push: Int, at now: Duration, after elapsed: Duration,
            send: (CommandBundle<Int>) -> Void
        ) -> (own: Double, other: Double?) {
            let due = clock.dueTicks(at: now).ticks
            for tick in due {
                cart.apply(push, for: tick, by: roll)
                sender.append(push, for: tick)
            }
            let shown = others.moment(at: now)
            let count = max(clock.redundancy, due.count)
            if !due.isEmpty, let packet = sender.nextBundle(redundancy: count, view: shown) {
                send(packet)
            }
            deviation.decay(over: elapsed)
            let between = clock.position(at: now).fraction
            let own = cart.previous.x.blended(with: cart.predicted.x, at: between)
            let bracket = shown.flatMap { other.bracket(at: $0) }
            return (
                deviation.shown(own),
                bracket.map { $0.earlier.blended(with: $0.later, at: $0.fraction) }
            )
        }

        /// A snapshot came.
        mutating func receive(
            _ state: Cart, other x: Double, of tick: Tick, report: CommandReport, at now: Duration
        ) {
            clock.receive(report, at: now)
            sender.acknowledge(through: report.taken)
            others.receive(tick, at: now)
            other.insert(x, at: tick)
            if let result = cart.reconcile(with: state, at: tick, by: roll), !result.isRight {
                deviation.correct(from: result.before.x, to: result.after.x)
            }
        }
    }

    struct Server {
        var queue: TypedCommandQueue<Int>
        var cart = Cart()
        var history = RewindHistory<Double>(ticks: 16)
        let limit = RewindLimit(maximumTicks: 15)

        /// Once a tick, for each player.
        mutating func run(_ tick: Tick, due: Duration) -> Double? {
            let taken = queue.take(tick, at: due)
            roll(&cart, push: taken.command, tick: tick)
            history.record(cart.x, at: tick)
            let aimed = limit.moment(claimed: taken.view, now: tick)
            return history.bracket(at: aimed).map {
                $0.earlier.blended(with: $0.later, at: $0.fraction)
            }
        }
    }

    @Test func theCodeOfThePageWorks() {
        let standIn = CommandStandIn(idle: 0)
        let start = Tick(number: 10)
        var server = Server(
            queue: TypedCommandQueue(tickRate: 60, standIn: standIn, after: start, at: .zero))
        var client = Client(
            clock: InputClock(tickRate: 60, serverTick: start, roundTrip: .zero, at: .zero),
            cart: PredictedState(Cart(), at: start, standIn: standIn))
        let frame = Duration.seconds(1) / 60
        for count in 1...600 {
            let now = frame * count
            let tick = start.advanced(by: count)
            _ = client.frame(push: count / 60 % 3 - 1, at: now, after: frame) {
                server.queue.receive($0, at: now)
            }
            let aimed = server.run(tick, due: now)
            #expect(aimed != nil)
            if count % 3 == 0 {
                client.receive(
                    server.cart, other: server.cart.x, of: tick,
                    report: server.queue.takeReport(), at: now)
            }
        }
        #expect(client.cart.statistics.wrong == 0)
        #expect(client.cart.statistics.right > 190)
        #expect(client.deviation.length == 0)
        #expect(server.queue.statistics.missedShare == 0)
    }
}
