import TestSupport

/// How long the `Codable` decoder takes for hostile bytes, beside the most expensive honest value
/// of the same type.
enum DecoderCosts {
    private static let rounds = 15

    /// Prints one line for each type.
    static func print() {
        for workload in CodedWorkload.all {
            let inputs = [("honest", workload.honest)] + workload.attacks
            var times = [Duration](repeating: .seconds(3_600), count: inputs.count)
            // The inputs take turns, so a busy machine slows all of them.
            for _ in 0..<rounds {
                for (index, input) in inputs.enumerated() {
                    let time = ContinuousClock().measure { _ = workload.decode(input.1) }
                    times[index] = min(times[index], time)
                }
            }
            let worst = times.indices.dropFirst().max { times[$0] < times[$1] } ?? 0
            let ratio = (times[worst] / times[0] * 100).rounded() / 100
            Swift.print(
                "\(workload.name): honest \(microseconds(times[0])) µs,",
                "worst \(microseconds(times[worst])) µs (\(inputs[worst].0)),", "ratio \(ratio)")
        }
    }

    private static func microseconds(_ time: Duration) -> Int {
        Int(time / .microseconds(1))
    }
}
