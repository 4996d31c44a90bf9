import ParleyDatagrams
import Testing

@Suite("Hex dumps look like Panda3D's")
struct HexDumpTests {
    /// The output of Panda3D 1.10.16 for these bytes.
    static let dump = """
        0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................
        0010  10 11 12 13 68 65 6c 6c 6f 2c 20 77 6f 72 6c 64  ....hello, world
        0020  21 20 63 61 66 c3 a9 20 7e 7f ff 78 78 78 78 78  ! caf.. ~..xxxxx
        0030  78 78 78 78                                      xxxx

        """
    static let datagram = Datagram(
        bytes: [UInt8](0..<20) + Array("hello, world! café ~\u{7F}".utf8) + [0xFF]
            + Array("xxxxxxxxx".utf8))

    @Test("character for character")
    func layout() {
        #expect(Self.datagram.hexDump() == Self.dump)
        #expect(Datagram().hexDump() == "")
        let indented = Self.datagram.hexDump(indentation: 2).split(separator: "\n")
        #expect(indented.allSatisfy { $0.hasPrefix("  00") })
    }

    @Test("a description is short")
    func description() {
        #expect("\(Datagram(bytes: [1, 255]))" == "Datagram(2 bytes: 01ff)")
        #expect("\(Self.datagram)".count < 100)
    }
}
