package import ParleyDatagrams
import ParleyWorld

extension Datagram {
    /// A changed recording with the checksums of its records as they are now; nil without a header.
    package var resealedRecording: Datagram? {
        var source = DatagramBuffer(self)
        guard let magic = try? source.readHeader(8) else { return nil }
        var target = DatagramBuffer()
        guard (try? target.writeHeader(magic.bytes)) != nil else { return nil }
        var seal = RecordSeal()
        while let record = try? source.next() {
            var content = record.slice(0..<max(0, record.count - RecordSeal.byteCount)).compacted()
            seal.close(&content)
            target.put(content)
        }
        return target.data
    }
}
