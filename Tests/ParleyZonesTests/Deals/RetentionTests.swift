import Testing

@testable import ParleyZones

/// How long a realm remembers deals.
@Suite struct RetentionTests {
    @Test func nothingIsForgottenThatAZoneMayRepeat() {
        var retention = DealRetention()
        let day: Int64 = 86_400
        #expect(retention.date(at: 1_000_000_000) == 1_000_000_000 - 7 * day)
        retention.memory = .seconds(30 * day)
        #expect(retention.date(at: 1_000_000_000) == 1_000_000_000 - 30 * day)
        // A player's session lasts a day, and its requests may be applied again.
        for short in [Duration.zero, .seconds(-1), .seconds(day)] {
            retention.memory = short
            #expect(retention.date(at: 1_000_000_000) == 1_000_000_000 - 2 * day)
        }
        retention.memory = .seconds(Int64.max)
        #expect(retention.date(at: 0) <= -Int64.max + 1)
        #expect(retention.date(at: .max) <= 1)
    }
}
