import ArgumentParser

/// A number of bytes as people write it: `256MB`, `2GB`, `0`. Units are powers of 1,024.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
  var bytes: Int

  private static let units = [("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10), ("B", 1)]

  init(bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let text = argument.uppercased()
    let (suffix, factor) = Self.units.first { text.hasSuffix($0.0) } ?? ("", 1)
    guard let number = Int(text.dropLast(suffix.count)), number >= 0 else { return nil }
    let (product, overflows) = number.multipliedReportingOverflow(by: factor)
    guard !overflows else { return nil }
    bytes = product
  }

  /// In the largest unit that divides it.
  var description: String {
    guard bytes > 0, let unit = Self.units.first(where: { bytes.isMultiple(of: $0.1) }) else { return "\(bytes)" }
    return "\(bytes / unit.1)\(unit.0)"
  }

  var defaultValueDescription: String { description }
}
