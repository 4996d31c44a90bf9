internal import CParleySecurity

/// Repeatable randomness for simulations: OpenSSL asks a seeded generator, handshakes included.
///
/// Only a simulation may use it. Keys that come from a seed protect nothing.
package enum SeededRandom {
    private final class Source {
        let next: () -> UInt64
        init(_ next: @escaping () -> UInt64) { self.next = next }
    }

    /// Lets the threads of this process have sources of their own; other threads keep OpenSSL's
    /// generator. Cannot be undone.
    package static func install() {
        let result = parley_random_install()
        precondition(result == 0, "OpenSSL refuses another random generator")
    }

    /// Runs a body during which every random byte on this thread comes from a source.
    ///
    /// ``install()`` must have run. Bodies do not nest: the inner one's end removes the source.
    ///
    /// - Parameters:
    ///   - next: Gives the next 64 bits. Called on this thread, during the body only.
    ///   - body: What runs; it may use OpenSSL in any way.
    package static func withSource<Result, Failure>(
        _ next: () -> UInt64, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withoutActuallyEscaping(next) { next throws(Failure) in
            let source = Source(next)
            unsafe parley_random_use(
                { context in
                    guard let context = unsafe context else { return 0 }
                    return unsafe Unmanaged<Source>.fromOpaque(context)
                        .takeUnretainedValue().next()
                }, Unmanaged.passUnretained(source).toOpaque())
            defer {
                parley_random_use(nil, nil)
                withExtendedLifetime(source) {}
            }
            return try body()
        }
    }
}
