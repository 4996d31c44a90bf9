import Foundation
import SampleSupport

/// The destination of a trace.
struct TraceFile {
    private let handle: FileHandle

    /// - Parameter path: A file, which is overwritten; "-" for the standard output.
    init(_ path: String) throws {
        guard path != "-" else {
            handle = .standardOutput
            return
        }
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let file = FileHandle(forWritingAtPath: path)
        else { throw Failure("cannot write to \(path)") }
        handle = file
    }

    func write(_ line: String) {
        handle.write(Data((line + "\n").utf8))
    }
}
