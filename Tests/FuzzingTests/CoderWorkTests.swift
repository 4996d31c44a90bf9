import Fuzzing
import ParleyDatagrams
import TestSupport
import Testing

@Suite("Hostile bytes cost the decoder no more than three times what honest ones do")
struct CoderWorkTests {
    /// The work is counted in bytes that are allocated, which is the same on every machine.
    @Test(
        .enabled(if: AllocationMeter.isCounting), arguments: CodedWorkload.all.map(\.name))
    func memory(name: String) throws {
        let workload = try #require(CodedWorkload.all.first { $0.name == name })
        let honest = AllocationMeter { _ = workload.decode(workload.honest) }
        #expect(workload.decode(workload.honest) == nil)
        for (attack, bytes) in workload.attacks {
            #expect(bytes.count <= CodedWorkload.byteCount)
            let hostile = AllocationMeter { _ = workload.decode(bytes) }
            #expect(hostile.all <= 3 * honest.all, "\(attack): \(hostile.all), \(honest.all)")
        }
    }
}
