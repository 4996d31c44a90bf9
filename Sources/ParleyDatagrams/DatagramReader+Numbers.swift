extension DatagramReader {
    /// Reads an integer of as many bytes as its type has, two's complement.
    ///
    /// Panda3D's `getInt8` … `getUint64` and, with `.big`, `getBeInt16` … `getBeUint64`.
    ///
    /// - Parameters:
    ///   - type: says the width on the wire.
    ///   - order: which byte goes first.
    /// - Returns: the number.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Value {
        let value = try peek(type, order)
        position &+= MemoryLayout<Value>.size
        return value
    }

    /// Reads an integer and stays where it is (Panda3D's `peekInt16`, `peekUint16`, and more).
    ///
    /// - Parameters:
    ///   - type: says the width on the wire.
    ///   - order: which byte goes first.
    /// - Returns: the number.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public func peek<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Value {
        guard remainingCount >= MemoryLayout<Value>.size else {
            throw numberShortfall(type)
        }
        // Bytes are left, so there is a block; the position is inside it.
        let stored = unsafe datagram.block.unsafelyUnwrapped.start.loadUnaligned(
            fromByteOffset: datagram.offset &+ position, as: Value.self)
        return order == .little ? Value(littleEndian: stored) : Value(bigEndian: stored)
    }

    /// Not available: the width of `Int` differs between machines.
    ///
    /// Say `Int32.self` or the like.
    @available(*, unavailable, message: "say the width on the wire: Int32.self, Int64.self …")
    public mutating func read(
        _ type: Int.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Int { 0 }

    /// Not available: the width of `UInt` differs between machines.
    ///
    /// Say `UInt32.self` or the like.
    @available(*, unavailable, message: "say the width on the wire: UInt32.self, UInt64.self …")
    public mutating func read(
        _ type: UInt.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> UInt { 0 }

    /// Reads a 32-bit IEEE 754 number (Panda3D's `getFloat32`, `getBeFloat32`).
    ///
    /// - Parameters:
    ///   - type: `Float.self`.
    ///   - order: which byte goes first.
    /// - Returns: any number, infinities and NaN included.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(
        _ type: Float.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Float {
        Float(bitPattern: try read(UInt32.self, order))
    }

    /// Reads a 64-bit IEEE 754 number (Panda3D's `getFloat64`, `getBeFloat64`).
    ///
    /// - Parameters:
    ///   - type: `Double.self`.
    ///   - order: which byte goes first.
    /// - Returns: any number, infinities and NaN included.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(
        _ type: Double.Type, _ order: ByteOrder = .little
    ) throws(DatagramError) -> Double {
        Double(bitPattern: try read(UInt64.self, order))
    }

    /// Reads one byte; any but 0 is true (Panda3D's `getBool`).
    ///
    /// - Parameter type: `Bool.self`.
    /// - Returns: whether the byte was not 0.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    @inlinable @inline(__always)
    public mutating func read(_ type: Bool.Type) throws(DatagramError) -> Bool {
        try read(UInt8.self) != 0
    }

    @usableFromInline @inline(never)
    func numberShortfall<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type
    ) -> DatagramError {
        shortfall("\(type)", MemoryLayout<Value>.size)
    }
}
