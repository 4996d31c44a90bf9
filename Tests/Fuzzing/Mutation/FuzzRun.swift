import CFuzzWatch
import ParleySockets
import TestSupport

/// The inputs of one target. Each is made from the seed and its number alone, so it can be made again.
package struct FuzzRun: Sendable {
    package let target: FuzzTarget
    package let seed: UInt64

    package init(_ target: FuzzTarget, seed: UInt64) {
        self.target = target
        self.seed = seed
    }

    /// An input with a finding, and the command that runs it again.
    package struct Failure: Error, CustomStringConvertible {
        package let line: String
        package let reason: String
        /// The input, shortened as far as possible.
        package let input: [UInt8]

        package var description: String {
            "\(line)\n  \(reason)\n  shortened to \(input.count) bytes: \(input.hex)"
        }
    }

    /// The command that runs inputs of this run, without their number.
    private var command: String {
        "swift run -c release parley-fuzz --target \(target.name) --seed \(seed) --input "
    }

    /// Returns an input.
    package func input(_ number: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed &* 0x9E37_79B9 ^ Self.hash(target.name))
        // A seed from a generator, so that the sequences of neighbouring numbers share no parts.
        let start = random.next() ^ (number &* 0xD134_2543_DE82_EF95)
        random = SeededGenerator(seed: start)
        var mutator = Mutator(
            corpus: target.corpus, random: SeededGenerator(seed: random.next()))
        return mutator.input()
    }

    /// Runs inputs, and returns the first with a finding.
    ///
    /// After ``watchForSignals()``, a process that dies writes the command that runs the input again to
    /// the standard error stream.
    package func run(_ numbers: Range<UInt64>) -> Failure? {
        fuzz_watch_begin(command)
        defer { fuzz_watch_end() }
        for number in numbers {
            fuzz_watch_input(number)
            let input = input(number)
            if let reason = complaint(about: input) {
                return Failure(
                    line: command + "\(number)", reason: reason, input: shortened(input))
            }
        }
        return nil
    }

    /// Makes signals that end the process write which inputs ran.
    package static func watchForSignals() {
        fuzz_watch_install()
    }

    private func complaint(about input: [UInt8]) -> String? {
        do {
            try target.check(input)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Returns a shorter input with the same finding: without some pieces, and with zeros for some bytes.
    private func shortened(_ input: [UInt8]) -> [UInt8] {
        var best = input
        var size = max(best.count / 2, 1)
        while size > 0, !best.isEmpty {
            var start = 0
            while start < best.count {
                var shorter = best
                shorter.removeSubrange(start..<min(start + size, best.count))
                if complaint(about: shorter) != nil { best = shorter } else { start += size }
            }
            size /= 2
        }
        for place in best.indices where best[place] != 0 {
            var simpler = best
            simpler[place] = 0
            if complaint(about: simpler) != nil { best = simpler }
        }
        return best
    }

    /// 64-bit FNV-1a.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
