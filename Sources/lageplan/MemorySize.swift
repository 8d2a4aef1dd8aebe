import Foundation

/// A size of memory as people write it: `2GB`, `512 MB`, `1.5GiB`, `0`, `off`.
struct MemorySize: Equatable {
  var byteCount: Int

  struct Unreadable: Error, CustomStringConvertible {
    let description: String
  }

  private static let units: [String: Double] = [
    "": 1, "B": 1, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 0x1p10, "MIB": 0x1p20, "GIB": 0x1p30, "TIB": 0x1p40,
  ]

  /// Units in any letter case, `K`, `M` and `G` for short; `off` is 0.
  init(parsing text: String) throws(Unreadable) {
    let word = text.trimmingCharacters(in: .whitespaces).uppercased()
    if word == "OFF" {
      byteCount = 0
      return
    }
    let digits = word.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    var unit = word.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
    if ["K", "M", "G", "T"].contains(unit) { unit += "B" }
    guard let number = Double(digits), let factor = Self.units[unit] else {
      throw Unreadable(description: "'\(text)' is no size of memory; write 2GB, 500MB, 1.5GiB, or off.")
    }
    let bytes = (number * factor).rounded()
    guard bytes < 0x1p62 else { throw Unreadable(description: "'\(text)' is more memory than any machine has.") }
    byteCount = Int(bytes)
  }

  init(byteCount: Int) { self.byteCount = byteCount }

  /// What the features of a service may take where nobody says: 2 GB, or a quarter of a smaller machine.
  static var ofResidents: MemorySize {
    MemorySize(byteCount: min(2_000_000_000, Int(clamping: ProcessInfo.processInfo.physicalMemory / 4)))
  }
}
