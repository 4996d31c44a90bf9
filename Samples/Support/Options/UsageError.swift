/// A command line that cannot be understood; it ends the program with exit code 64 (`EX_USAGE`).
package struct UsageError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Names the nearest known word, when one is near enough to have been meant.
    static func unknown(_ kind: String, _ word: String, known: [String]) -> UsageError {
        let guess = known.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        guard let guess, guess.1 <= max(2, word.count / 3) else {
            return UsageError("unknown \(kind) \(word); --help lists what there is")
        }
        return UsageError("unknown \(kind) \(word); did you mean \(guess.0)?")
    }

    /// How many letters to insert, delete or replace to get from one word to the other
    /// (Levenshtein's distance).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for column in right.indices {
                let replaced = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}

/// A program that ends early with a line of explanation and exit code 1.
package struct Failure: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
