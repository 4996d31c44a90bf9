import Foundation
import Glibc

/// The standard input, line by line.
package enum StandardInput {
    /// The lines, until the input ends. Reading blocks, so a thread of its own reads.
    package static var lines: AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: String.self, bufferingPolicy: .bufferingOldest(1024))
        Thread.detachNewThread {
            while let line = readLine() {
                var result = continuation.yield(line)
                while case .dropped = result {
                    // The consumer is behind. This thread has nothing else to do, so it waits.
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
