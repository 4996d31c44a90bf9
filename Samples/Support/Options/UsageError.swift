/// A command line that the program does not understand: exit code 64 (`EX_USAGE`).
package struct UsageError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Names the nearest known word when one is near enough to have been meant: one slip in three
    /// letters.
    package static func unknown(_ kind: String, _ word: String, known: [String]) -> UsageError {
        let guess = known.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        let letters = word.count { $0 != "-" }
        guard let guess, guess.1 <= max(1, letters / 3) else {
            return UsageError("unknown \(kind) \(word); --help lists what there is")
        }
        return UsageError("unknown \(kind) \(word); did you mean \(guess.0)?")
    }

    /// The number of slips between two words: a letter too many, too few or wrong, or two neighbours
    /// swapped (the optimal string alignment distance).
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for line in left.indices {
            var row = [line + 1]
            for column in right.indices {
                let isSame = left[line] == right[column]
                var slips = min(
                    last[column] + (isSame ? 0 : 1), last[column + 1] + 1, row[column] + 1)
                if line > 0, column > 0, left[line] == right[column - 1],
                    left[line - 1] == right[column]
                {
                    slips = min(slips, beforeLast[column - 1] + 1)
                }
                row.append(slips)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}

/// A program that ends early with a line of explanation and exit code 1.
package struct Failure: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
