import Properties
import Testing

/// Some worlds of each property; `Tests/run` and `Tests/soak` try many more.
@Suite struct PropertyTests {
    @Test(arguments: Property.all, 1...4 as ClosedRange<UInt64>)
    func holds(_ property: Property, seed: UInt64) throws {
        try property.check(seed: seed)
    }

    @Test(arguments: Property.all)
    func theSameSeedIsTheSameWorld(_ property: Property) throws {
        let first = try property.check(seed: 3)
        #expect(try property.check(seed: 3) == first)
        #expect(try property.check(seed: 4).traceHash != first.traceHash)
    }
}
