@preconcurrency import Glibc

extension Command {
    /// Runs the program's command line and ends the program.
    ///
    /// Exit codes: 0 for success, 64 for a command line that the program does not understand, 1 for any
    /// other error. Each error is one line on the standard error stream.
    package func main() async -> Never {
        // Line by line also into a pipe, so that its reader gets each line at once.
        setvbuf(stdout, nil, _IOLBF, 0)
        do {
            switch try parse(Array(CommandLine.arguments.dropFirst())) {
            case .help(let text): print(text, terminator: "")
            case .run(let action, let arguments): try await action(arguments)
            }
            exit(EXIT_SUCCESS)
        } catch let error as UsageError {
            complain(error)
            exit(EX_USAGE)
        } catch {
            complain(error)
            exit(EXIT_FAILURE)
        }
    }

    private func complain(_ error: any Error) {
        Terminal.restore()
        writeAll("\(name): \(error)\n", to: STDERR_FILENO)
    }
}
