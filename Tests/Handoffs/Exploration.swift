import ParleyHandoff
import ParleySockets

/// Tries random interleavings of everything that can happen in a small realm of zones.
package struct Exploration: Sendable {
    /// The steps of one interleaving, before the calm at its end.
    package var steps = 60
    /// The fault that the realm shall have; nil for none.
    package var mutant: Mutant?
    /// Each how many interleavings end with calm, in which everyone must play again (12).
    package var calmEvery: UInt64 = 1

    package init(mutant: Mutant? = nil) {
        self.mutant = mutant
    }

    /// What many interleavings came to.
    package struct Report: Sendable, Hashable {
        /// How many steps there were, those of the calm not counted.
        package var steps: UInt64 = 0
        /// How long it took, in virtual milliseconds.
        package var milliseconds: UInt64 = 0
        /// How often a zone began to play a character.
        package var arrivals: UInt64 = 0
        /// The same for two runs that are the same.
        package var hash: UInt64 = 0
    }

    /// An interleaving after which something does not hold.
    package struct Failure: Error, CustomStringConvertible {
        /// The seed of the interleaving.
        package let seed: UInt64
        /// What does not hold.
        package let violation: String
        /// The number of the invariant.
        package var invariant: Int {
            Int(violation.drop { !$0.isNumber }.prefix { $0.isNumber }) ?? 0
        }
        /// The interleaving, as short as it was made, one line a step.
        package let lines: [String]

        package var description: String {
            "\(violation) (interleaving \(seed), \(lines.count) lines)\n"
                + lines.map { "    \($0)" }.joined(separator: "\n")
        }
    }

    /// Tries that many interleavings, from a seed on.
    ///
    /// - Throws: ``Failure`` of the first that fails.
    package func run(_ count: UInt64, from seed: UInt64) throws(Failure) -> Report {
        var report = Report()
        let templates = mutant == nil ? Templates.sound : Templates(mutant: mutant)
        for seed in seed..<seed + count {
            let words = words(of: seed)
            var world = templates.world(seed: seed)
            play(words, in: &world, isCalmed: seed % calmEvery == 0)
            if world.violation != nil { throw failure(seed, words, templates) }
            report.steps += UInt64(words.count)
            report.milliseconds += UInt64(world.now / 1_000)
            report.arrivals += UInt64(world.played.count)
            report.hash =
                (report.hash ^ world.random.next() ^ world.sentCount) &* 0x0000_0100_0000_01B3
        }
        return report
    }

    /// The choices of a seed's interleaving.
    private func words(of seed: UInt64) -> [UInt64] {
        var random = SeededGenerator(seed: seed)
        return (0..<steps).map { _ in random.next() }
    }

    private func play(_ words: [UInt64], in world: inout HandoffWorld, isCalmed: Bool = true) {
        for word in words {
            world.step(word)
            if world.violation != nil { return }
        }
        if isCalmed { world.calmDown(within: world.hasWildClocks ? Self.calm + 1_000 : Self.calm) }
    }

    /// The lease, and three seconds; with wild clocks one more.
    static let calm: Int64 = 8_000

    /// A line without the names of types, which Swift puts before each case.
    private static func shortened(_ line: String) -> String {
        var result = ""
        var word = ""
        for character in line {
            if character.isLetter {
                word.append(character)
                continue
            }
            let isType = word.first?.isUppercase == true && (character == "." || character == "(")
            if !isType { result += word }
            if !isType || character == "(" { result.append(character) }
            word = ""
        }
        result += word
        return result.count > 260 ? String(result.prefix(260)) + " …" : result
    }

    /// Leaves out what is not needed for a failure of the same invariant, and tells the rest.
    private func failure(_ seed: UInt64, _ words: [UInt64], _ templates: Templates) -> Failure {
        func violation(_ words: [UInt64]) -> String? {
            var world = templates.world(seed: seed)
            play(words, in: &world)
            return world.violation
        }
        let kind = violation(words)?.prefix { $0 != ":" }
        var shortest = words
        var size = words.count / 2
        while size > 0 {
            var start = 0
            while start < shortest.count {
                let candidate = Array(
                    shortest[..<start] + shortest[min(start + size, shortest.count)...])
                if violation(candidate)?.prefix(while: { $0 != ":" }) == kind {
                    shortest = candidate
                } else {
                    start += size
                }
            }
            size /= 2
        }
        let book = Book()
        var world = templates.world(seed: seed)
        world.trace = { book.lines.append($0) }
        play(shortest, in: &world)
        return Failure(
            seed: seed, violation: world.violation ?? "", lines: book.lines.map(Self.shortened))
    }
}

/// The lines of one replay.
private final class Book: @unchecked Sendable {
    var lines: [String] = []
}
