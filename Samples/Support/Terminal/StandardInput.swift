import Foundation
import Glibc

/// What is typed, or piped in, line by line.
package enum StandardInput {
    /// The lines, until the input ends. Reading blocks, so it happens on a thread of its own.
    package static var lines: AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(1024))
        Thread.detachNewThread {
            while let line = readLine() {
                var result = continuation.yield(line)
                while case .dropped = result {
                    // The consumer is behind what is piped in; this thread has nothing else to do.
                    usleep(1000)
                    result = continuation.yield(line)
                }
                if case .terminated = result { return }
            }
            continuation.finish()
        }
        return stream
    }
}
