#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Bytes that are zero, of which the machine takes only those that are written: `calloc` gives large pieces straight from the system.
enum ZeroedMemory {
  static func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
    let size = max(1, count)
    if let memory = calloc(size, 1) { return memory.bindMemory(to: UInt8.self, capacity: size) }
    // Out of memory: this ends the program with the usual message.
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
    memory.initialize(repeating: 0, count: size)
    return memory
  }

  static func deallocate(_ memory: UnsafeMutablePointer<UInt8>) { free(memory) }
}
