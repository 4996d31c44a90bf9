import Foundation
import Testing

/// The compiler's message for a field without a kind.
@Suite struct MissingKindTests {
    @Test func theCompilerSaysWhatIsMissing() throws {
        let source = """
            import ParleyProtocol
            struct Hero: Replicated {
                var health = 1
                mutating func fields(_ visit: inout some FieldVisitor) { visit("health", &health) }
            }
            """
        let file = FileManager.default.temporaryDirectory
            .appending(path: "\(UUID().uuidString).swift")
        try Data(source.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let messages = try typeCheck(file)
        #expect(messages.contains("say how the field is sent"), "\(messages)")
        #expect(!messages.contains("boolean"), "\(messages)")
    }

    /// Compiles against the modules that this test program was built with.
    private func typeCheck(_ file: URL) throws -> String {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let images = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
            .split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
        let folders = ([program] + images).map { URL(filePath: $0).deletingLastPathComponent() }
        let modules = try #require(
            folders.map { $0.appending(path: "Modules") }.first {
                FileManager.default.fileExists(
                    atPath: $0.appending(path: "ParleyProtocol.swiftmodule").path)
            })
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swiftc", "-typecheck", "-I", modules.path, file.path]
        let output = Foundation.Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let messages = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: messages, as: UTF8.self)
    }
}
