/// How many bits a number travels in where Panda3D lets the program choose (`stdfloat`).
///
/// Nothing on the wire says it: both ends must agree.
public enum FloatWidth: Sendable, Hashable, CaseIterable {
    /// Panda3D's default.
    case float32
    /// What Panda3D writes after `setStdfloatDouble(True)`.
    case float64
}

extension Datagram {
    /// Appends a number in the width agreed upon (Panda3D's `addStdfloat`).
    ///
    /// Panda3D as it is distributed rounds the number to 32 bits first, whatever the width; here
    /// all 64 bits travel.
    ///
    /// - Parameters:
    ///   - value: rounded to the nearest when it travels in 32 bits.
    ///   - width: how many bits.
    public mutating func appendStandardFloat(_ value: Double, width: FloatWidth = .float32) {
        switch width {
        case .float32: append(Float(value))
        case .float64: append(value)
        }
    }
}

extension DatagramReader {
    /// Reads a number in the width agreed upon (Panda3D's `getStdfloat`).
    ///
    /// - Parameter width: how many bits.
    /// - Returns: the number.
    /// - Throws: ``DatagramError/endOfDatagram(expected:byteCount:available:offset:)``.
    public mutating func readStandardFloat(
        width: FloatWidth = .float32
    ) throws(DatagramError) -> Double {
        switch width {
        case .float32: Double(try read(Float.self))
        case .float64: try read(Double.self)
        }
    }
}
