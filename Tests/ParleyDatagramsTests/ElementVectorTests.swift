import ParleyDatagrams
import TestSupport
import Testing

@Suite("Elements are byte for byte those of Panda3D")
struct ElementVectorTests {
    static let typed = GoldenVector.all.filter {
        $0.type != nil && $0.value != nil && $0.truncated != true
    }

    @Test("written and read", arguments: typed)
    func bothWays(vector: GoldenVector) throws {
        let field = try #require(Self.field(of: vector))
        if vector.name != "add_wstring_emoji" {
            let written = try Datagram { try field.write(to: &$0) }
            #expect(written.bytes == vector.bytes)
        }
        var reader = vector.datagram.reader
        if vector.name == "add_fixed_string_utf8cut_4" {
            // Cut inside a character: not a text, but the bytes can be read.
            #expect(throws: DatagramError.invalidUTF8(byteCount: 4, offset: 0)) {
                try reader.readFixed(byteCount: 4)
            }
            #expect(try reader.readBytes(4).bytes == vector.bytes)
            return
        }
        let expected = Self.asRead(field)
        #expect(try field.read(from: &reader) == expected)
        try reader.expectEnd()
    }

    @Test("cut at any byte, they throw and the position does not move", arguments: typed)
    func everyTruncation(vector: GoldenVector) throws {
        let field = try #require(Self.field(of: vector))
        for length in 0..<vector.bytes.count {
            var reader = vector.datagram.slice(..<length).reader
            #expect(throws: DatagramError.self) { try field.read(from: &reader) }
            #expect(reader.offset == 0)
        }
    }

    @Test("every vector is tested")
    func coverage() {
        #expect(Self.typed.count > 80)
    }

    @Test("blobs", arguments: [("empty", []), ("bin", [0, 255, 1, 254]), ("text", [97, 98, 99])])
    func blobs(name: String, content: [UInt8]) throws {
        for (call, length) in [("add_blob", LengthPrefix.uint16), ("add_blob32", .uint32)] {
            // There is no vector for an empty blob32.
            let vector = GoldenVector.all.first { $0.name == "\(call)_\(name)" }
            guard let vector else { continue }
            let written = try Datagram { try $0.append(blob: content, length: length) }
            #expect(written == vector.datagram)
            var reader = vector.datagram.reader
            #expect(try reader.readBlob(length: length).bytes == content)
        }
    }

    @Test("a text of 70,000 bytes")
    func longText() throws {
        let vector = try GoldenVector.named("add_string32_70000")
        let text = String(repeating: "y", count: 70_000)
        let written = try Datagram { try $0.append(text, length: .uint32) }
        #expect(written.count == vector.total_length)
        #expect(written.slice(..<vector.bytes.count).bytes == vector.bytes)
        var reader = written.reader
        #expect(try reader.readString(length: .uint32) == text)
        #expect(throws: DatagramError.tooLong(what: "a text", count: 70_000, maximum: 65_535)) {
            _ = try Datagram { try $0.append(text) }
        }
    }

    @Test("padding, raw bytes, standard floats and the mixed datagram")
    func others() throws {
        let padded = Datagram {
            $0.append(UInt8(1))
            $0.appendPadding(5)
            $0.append(UInt8(2))
        }
        #expect(try padded == GoldenVector.named("pad_bytes_5").datagram)
        let raw = Datagram { $0.append(bytes: [1, 2, 255]) }
        #expect(try raw == GoldenVector.named("append_data").datagram)
        let floats = Datagram {
            $0.appendStandardFloat(-2.25)
            $0.appendStandardFloat(0.1)
        }
        #expect(try floats == GoldenVector.named("add_stdfloat_double_False").datagram)
        var reader = floats.reader
        #expect(try reader.readStandardFloat() == -2.25)
        let mixed = try Datagram {
            $0.append(UInt8(7))
            $0.append(Int16(-300))
            try $0.append("Panda")
            $0.append(1.5)
            $0.append(true)
            try $0.append(blob: [0, 1])
            $0.append(0xDEAD_BEEF as UInt32)
        }
        #expect(try mixed == GoldenVector.named("mixed").datagram)
    }

    /// The field that is read back: zero-terminated and fixed texts end at the first zero.
    private static func asRead(_ field: Field) -> Field {
        switch field {
        case .fixed(let text, let count):
            .fixed(String(decoding: text.utf8.prefix(count), as: UTF8.self), count)
        // Panda3D cut the units of 😀 to 16 bits, which are another character.
        case .wide("😀x"): .wide("\u{F600}x")
        default: field
        }
    }

    /// The field that a vector contains.
    static func field(of vector: GoldenVector) -> Field? {
        guard let type = vector.type, let value = vector.value else { return nil }
        let order: ByteOrder = type.hasPrefix("be_") ? .big : .little
        let name = type.hasPrefix("be_") ? String(type.dropFirst(3)) : type
        return switch name {
        case "int8": Int8(value).map { .int8($0) }
        case "int16": Int16(value).map { .int16($0, order) }
        case "int32": Int32(value).map { .int32($0, order) }
        case "int64": Int64(value).map { .int64($0, order) }
        case "uint8": UInt8(value).map { .uint8($0) }
        case "uint16": UInt16(value).map { .uint16($0, order) }
        case "uint32": UInt32(value).map { .uint32($0, order) }
        case "uint64": UInt64(value).map { .uint64($0, order) }
        case "float32": Double(value).map { .float32(Float($0).bitPattern, order) }
        case "float64": Double(value).map { .float64($0.bitPattern, order) }
        case "string": .string(value, .uint16)
        case "string32": .string(value, .uint32)
        case "zstring": .zeroTerminated(value)
        case "fixed": .fixed(value, vector.size ?? 0)
        case "wstring": .wide(value)
        default: nil
        }
    }
}
