import Foundation
import Properties
import Testing

/// A seed gives the same worlds in every process, whose hashes of dictionaries differ.
@Suite struct AcrossProcessesTests {
    @Test func theSameSeedIsTheSameWorldInAnotherProcess() async throws {
        let seeds: ClosedRange<UInt64> = 1...1
        let here = try Property.all.flatMap { property in
            try seeds.map { seed in
                let report = try property.check(seed: seed)
                return "\(property.name) \(seed) \(String(report.traceHash, radix: 16))"
            }
        }
        for _ in 0..<2 {
            let there = try soak(["--hash", "--seeds", "\(seeds.count)"])
            #expect(there.filter { !$0.hasPrefix("PASSED") } == here)
        }
    }

    @Test func aSoakBeginsAtTheSeedThatItIsGiven() throws {
        let lines = try soak(["--minutes", "0", "--from", "7"])
        #expect(lines.first?.hasPrefix("seeds from 7 on") == true)
        #expect(try soak(["--minutes", "1", "--seed", "7"], exitCode: 64).isEmpty)
    }

    /// The output of the program, line by line.
    private func soak(_ arguments: [String], exitCode: Int32 = 0) throws -> [String] {
        let program = Process()
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        program.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent()
            .appending(path: "parley-soak")
        program.arguments = arguments
        let pipe = Pipe()
        program.standardOutput = pipe
        try program.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        program.waitUntilExit()
        #expect(program.terminationStatus == exitCode)
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
