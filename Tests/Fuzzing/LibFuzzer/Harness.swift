import Fuzzing
import Glibc

/// The target that `PARLEY_FUZZ_TARGET` names, so that one program serves all targets.
private let target: FuzzTarget = {
    let name = unsafe getenv("PARLEY_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
        fatalError("PARLEY_FUZZ_TARGET names no target: “\(name)”")
    }
    return target
}()

/// libFuzzer calls this function with every input, and takes a trap for a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.check(Array(unsafe UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
