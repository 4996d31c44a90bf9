import Testing

@testable import ParleySockets

struct RegistrationTableTests {
    final class Handler: PortHandler {
        func portBecameReadable() {}
        func portBecameWritable() {}
    }

    @Test func staleEventsReachNoHandler() {
        var table = RegistrationTable()
        let (old, new) = (Handler(), Handler())
        let oldToken = table.insert(7, handler: old)
        table.setInterest(1, of: 7)
        #expect(table.handler(of: oldToken, interestedIn: 1) === old)
        #expect(table.handler(of: oldToken, interestedIn: 2) == nil)
        table.remove(7)
        #expect(table.handler(of: oldToken, interestedIn: 1) == nil)
        let newToken = table.insert(7, handler: new)
        table.setInterest(1, of: 7)
        #expect(newToken != oldToken)
        #expect(table.handler(of: oldToken, interestedIn: 1) == nil)
        #expect(table.handler(of: newToken, interestedIn: 1) === new)
    }

    @Test func unknownTokensHaveNoHandler() {
        var table = RegistrationTable()
        _ = table.insert(3, handler: Handler())
        #expect(table.handler(of: .max, interestedIn: 1) == nil)
        #expect(table.handler(of: 0, interestedIn: 1) == nil)
        #expect(table.entry(of: -1) == nil)
        #expect(table.entry(of: 99) == nil)
    }
}
