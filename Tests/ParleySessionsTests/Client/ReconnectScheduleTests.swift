import ParleySessions
import ParleySockets
import Testing

@Suite struct ReconnectScheduleTests {
    @Test func retriesAtOnceThenSlowerUntilTheGraceEnds() throws {
        var random = SeededGenerator(seed: 1)
        var now = NetworkInstant(nanoseconds: 0)
        let end = now.advanced(by: .seconds(10))
        var schedule = ReconnectSchedule(.connectionLost(.reset), since: now, limit: .seconds(10))
        var pauses: [Duration] = []
        var patiences: [Duration] = []
        while let time = schedule.nextTry(at: now, random: &random) {
            pauses.append(now.duration(to: time))
            now = time
            patiences.append(schedule.patience(at: now))
        }
        #expect(now >= end)
        #expect(pauses.first == .zero)
        for (index, pause) in pauses.dropFirst().enumerated() {
            let longest = min(Duration.milliseconds(100) * (1 << min(index, 8)), .seconds(1))
            #expect(pause >= longest / 2 && pause <= longest)
        }
        #expect(patiences.prefix(3) == [.seconds(2), .seconds(4), .seconds(8)])
        #expect(patiences.last ?? .seconds(1) < .seconds(1))
    }
}
