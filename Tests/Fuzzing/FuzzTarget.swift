/// One decoder, and what must hold whatever bytes it gets: it returns or throws a typed error that
/// says something, takes no memory that the bytes do not pay for, and never traps.
///
/// The mutation fuzzer of the tests and libFuzzer run the same targets; what is public is for the
/// latter, whose harness is compiled outside of the package.
public struct FuzzTarget: Sendable {
    /// The name on the command line.
    package let name: String
    /// How many of all inputs it gets, in relation to the others: fewer where one costs much.
    package let share: Int
    /// What a check takes for itself, in bytes, beside what the decoder does: a server to talk to, say.
    package let workspace: Int
    /// Inputs that make sense, from which others are made.
    package let corpus: [[UInt8]]
    private let body: @Sendable ([UInt8]) throws -> Void

    /// - Parameters:
    ///   - name: short, in kebab case.
    ///   - share: how many of all inputs it gets, in relation to the others.
    ///   - workspace: what a check takes for itself, in bytes.
    ///   - corpus: inputs that make sense.
    ///   - body: decodes an input; throws a ``Finding`` when something does not hold.
    package init(
        _ name: String, share: Int = 10, workspace: Int = 0, corpus: [[UInt8]],
        body: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.share = share
        self.workspace = workspace
        self.corpus = corpus
        self.body = body
    }

    /// Gives the decoder an input.
    ///
    /// - Throws: what did not hold.
    public func check(_ input: [UInt8]) throws {
        let memory = try AllocationMeter { try body(input) }
        try expect(
            memory.largest <= Allowance.largest + Allowance.largestPerByte * input.count,
            "\(input.count) bytes made it allocate \(memory.largest) bytes at a time")
        try expect(
            memory.all <= workspace + Allowance.all + Allowance.allPerByte * input.count,
            "\(input.count) bytes made it allocate \(memory.all) bytes")
    }

    /// What a check may allocate, in bytes: room to read an input a few times over, and nothing
    /// that only an announced size asks for.
    private enum Allowance {
        static let largest = 128 * 1024
        static let largestPerByte = 64
        static let all = 256 * 1024
        static let allPerByte = 1024
    }
}

/// Something that must hold and did not.
package struct Finding: Error, Hashable, CustomStringConvertible {
    package let description: String
}

/// Throws a ``Finding`` unless the condition holds.
package func expect(
    _ condition: Bool, _ text: @autoclosure () -> String
) throws(Finding) {
    guard condition else { throw Finding(description: text()) }
}

/// What was decoded; nil where the bytes were refused, by an error that says why.
package func decoded<Value, Failure: Error>(
    _ decode: () throws(Failure) -> Value
) throws(Finding) -> Value? {
    do {
        return try decode()
    } catch {
        try expect("\(error)".utf8.count > 8, "the error \(Failure.self) says only “\(error)”")
        return nil
    }
}
