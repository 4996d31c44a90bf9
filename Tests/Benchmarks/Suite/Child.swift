import Foundation

/// A process that takes part in a measurement. It prints lines of `name=number` and obeys lines.
final class Child {
    private let process = Process()
    private let commands = Pipe()
    private let answers: UnsafeMutablePointer<FILE>
    private let name: String

    /// This program in another role, on one of the machine's processors.
    convenience init(_ role: String, processor: Int, _ arguments: [String: Int] = [:]) throws {
        let words = arguments.map { "\($0)=\($1)" } + ["processor=\(processor)"]
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        try self.init(name: role, program: path, ["--role", role] + words)
    }

    init(name: String, program: String, _ arguments: [String]) throws {
        self.name = name
        let output = Pipe()
        guard let answers = fdopen(dup(output.fileHandleForReading.fileDescriptor), "r") else {
            throw ChildFailure("no pipe")
        }
        self.answers = answers
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardInput = commands
        process.standardOutput = output
        try process.run()
        try? output.fileHandleForWriting.close()
    }

    /// Ends it, which also keeps it alive until here.
    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until it has ended by itself.
    func waitUntilEnd(within seconds: Double) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        while process.isRunning {
            guard Date() < end else { throw ChildFailure("\(name) did not end") }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }

    deinit {
        end()
        fclose(answers)
    }

    /// The next line that it prints, with a generous time-out.
    func answer(within seconds: Double = 60) throws -> [String: Double] {
        var descriptor = pollfd(fd: fileno(answers), events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, Int32(seconds * 1000)) > 0 else {
            throw ChildFailure("\(name) did not answer")
        }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        guard getline(&line, &capacity, answers) > 0, let line else {
            throw ChildFailure("\(name) ended")
        }
        return Self.parse(String(cString: line))
    }

    /// Waits until it is ready; returns its port.
    func port() throws -> Int {
        Int(try answer()["port"] ?? 0)
    }

    func send(_ command: String) throws {
        try commands.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
    }

    /// Tells it to do something of its own, and returns the answer.
    func order(_ name: String, _ number: Int64 = 0) throws -> [String: Double] {
        try send("\(name) \(number)")
        return try answer()
    }

    /// Its meters now.
    func sample() throws -> Sample {
        try send("sample")
        return Sample(try answer())
    }

    private static func parse(_ line: String) -> [String: Double] {
        var values: [String: Double] = [:]
        for word in line.split(whereSeparator: \.isWhitespace) {
            let parts = word.split(separator: "=")
            if parts.count == 2 { values[String(parts[0])] = Double(parts[1]) }
        }
        return values
    }
}

/// The meters of a process at one moment. Times in seconds, memory in bytes.
struct Sample {
    let count: Double
    let cpu: Double
    let wall: Double
    let allocations: Double
    let memory: Double

    init(_ values: [String: Double]) {
        count = values["count"] ?? 0
        cpu = (values["cpu"] ?? 0) / 1e9
        wall = (values["now"] ?? 0) / 1e9
        allocations = values["allocations"] ?? 0
        memory = values["memory"] ?? 0
    }
}

/// A process that did not do its part.
struct ChildFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
