/// A decoder, and the properties that hold for all bytes: it returns or throws a typed error with a
/// text, takes no memory that the bytes do not pay for, and never traps.
///
/// The mutation fuzzer of the tests and libFuzzer run the same targets. libFuzzer's harness is compiled
/// outside of the package and needs the public members.
public struct FuzzTarget: Sendable {
    /// The name on the command line.
    package let name: String
    /// The share of all inputs, relative to other targets. Expensive targets have smaller ones.
    package let share: Int
    /// The bytes that a check may allocate besides the decoder, such as for a server.
    package let workspace: Int
    /// Valid inputs, which are mutated.
    package let corpus: [[UInt8]]
    private let body: @Sendable ([UInt8]) throws -> Void

    /// - Parameters:
    ///   - name: The name, in kebab case.
    ///   - share: The share of all inputs, relative to other targets.
    ///   - workspace: The bytes that a check may allocate besides the decoder.
    ///   - corpus: Valid inputs.
    ///   - body: Decodes an input, and throws a ``Finding`` when a property does not hold.
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

    /// Checks an input.
    ///
    /// - Throws: The property that does not hold.
    public func check(_ input: [UInt8]) throws {
        let memory = try AllocationMeter { try body(input) }
        try expect(
            memory.largest <= Allowance.largest + Allowance.largestPerByte * input.count,
            "\(input.count) bytes made it allocate \(memory.largest) bytes at a time")
        try expect(
            memory.all <= workspace + Allowance.all + Allowance.allPerByte * input.count,
            "\(input.count) bytes made it allocate \(memory.all) bytes")
    }

    /// The bytes that a check may allocate: enough to read an input a few times, and too few for a size
    /// that is only announced.
    private enum Allowance {
        static let largest = 128 * 1024
        static let largestPerByte = 64
        static let all = 256 * 1024
        static let allPerByte = 1024
    }
}

/// A property that does not hold.
package struct Finding: Error, Hashable, CustomStringConvertible {
    package let description: String
}

/// Throws a ``Finding`` unless the condition holds.
package func expect(
    _ condition: Bool, _ text: @autoclosure () -> String
) throws(Finding) {
    guard condition else { throw Finding(description: text()) }
}

/// Returns the decoded value, or nil where the bytes are refused by an error with a text.
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
