#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

// The calls of the C library that this module needs. No other file of the module imports it, so
// another platform is a change of this file alone.

/// The calls on descriptors that files and sockets share.
///
/// A call that fails returns the negated error number; an interrupted call is repeated.
package enum SystemCall {
    /// Opens a file to read it.
    static func open(reading path: String) -> Int32 {
        outcome { systemOpen(path, O_RDONLY | O_CLOEXEC, 0) }
    }

    /// Creates a file, or empties the one that exists.
    static func open(writing path: String) -> Int32 {
        outcome { systemOpen(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
    }

    /// Reads bytes into memory; returns 0 at the end of the file.
    @unsafe
    static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        outcome { unsafe systemRead(descriptor, buffer.baseAddress, buffer.count) }
    }

    /// Writes bytes; returns how many the system took.
    @unsafe
    static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        outcome { unsafe systemWrite(descriptor, bytes.baseAddress, bytes.count) }
    }

    /// Closes a descriptor.
    ///
    /// Linux frees the descriptor even where `close` reports an interruption, so the call is never
    /// repeated.
    ///
    /// - Parameter descriptor: The descriptor, which is invalid afterwards.
    /// - Returns: 0, or the negated error number.
    @discardableResult
    package static func close(_ descriptor: Int32) -> Int32 {
        systemClose(descriptor) < 0 && errno != EINTR ? -errno : 0
    }

    /// Returns the system's text for an error number: "No such file or directory".
    ///
    /// - Parameter code: The error number, positive.
    /// - Returns: The text, or the number where the system has no text for it.
    package static func message(for code: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            guard let start = text.baseAddress else { return "error \(code)" }
            unsafe start.initialize(repeating: 0, count: text.count)
            _ = unsafe strerror_r(code, start, text.count - 1)
            let message = unsafe String(cString: start)
            return message.isEmpty ? "error \(code)" : message
        }
    }

    /// Repeats an interrupted call.
    private static func outcome<Result: FixedWidthInteger & SignedInteger>(
        of call: () -> Result
    ) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            if errno != EINTR { return -Result(errno) }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Compares the bytes with as many others, as `memcmp` does.
    ///
    /// - Returns: 0 when they are equal, a negative number when the first difference is lower
    ///   here, else a positive number.
    @unsafe
    func compare(with other: UnsafeRawBufferPointer, count: Int) -> Int32 {
        guard count > 0, let here = baseAddress, let there = other.baseAddress else { return 0 }
        return unsafe memcmp(here, there, count)
    }
}

// Inside `SystemCall` the names of the C functions are those of its methods.

private func systemOpen(_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 {
    unsafe open(path, flags, mode)
}

private func systemClose(_ descriptor: Int32) -> Int32 {
    close(descriptor)
}

@unsafe
private func systemRead(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int {
    unsafe read(descriptor, bytes, count)
}

@unsafe
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, bytes, count)
}
