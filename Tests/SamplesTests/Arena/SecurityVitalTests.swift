import Parley
import Testing

@testable import arena

/// How the panel says whether others can read along.
@Suite struct SecurityVitalTests {
    @Test func aPlainSessionIsCalledWhatItIs() {
        #expect(Vital.of(SessionSecurity.plain) == Vital("privacy", "none: not encrypted"))
    }
}
