import LageplanGeometry

/// A line as text: differences of latitude and longitude, five bits a character, as Google's maps and OSRM write them.
///
/// Coordinates are degrees, longitude first on our side and latitude first in the text; `decimals` 5 is about a metre (polyline), 6 a
/// decimetre (polyline6).
/// Source: Google, Encoded Polyline Algorithm Format, https://developers.google.com/maps/documentation/utilities/polylinealgorithm.
enum Polyline {
  /// Throws nothing: every line can be written.
  static func encode(_ line: some Sequence<Coordinate>, decimals: Int) -> [UInt8] {
    let scale = Self.scale(decimals)
    var bytes: [UInt8] = []
    var (x, y) = (0, 0)
    for place in line {
      let (nextX, nextY) = (Int((place.x * scale).rounded()), Int((place.y * scale).rounded()))
      append(nextY - y, to: &bytes)
      append(nextX - x, to: &bytes)
      (x, y) = (nextX, nextY)
    }
    return bytes
  }

  /// `nil` for text that is no polyline: a character outside of `?` to `~`, an end in the middle of a number or of a pair, a number
  /// beyond 32 bits.
  static func decode(_ text: some Sequence<UInt8>, decimals: Int) -> [Coordinate]? {
    let scale = Self.scale(decimals)
    var line: [Coordinate] = []
    var sum = (y: 0, x: 0)
    var bits = 0
    var shift = 0
    var isLongitude = false
    for byte in text {
      guard (63...126).contains(byte), shift <= 30 else { return nil }
      let chunk = Int(byte) - 63
      bits |= (chunk & 31) << shift
      shift += 5
      guard chunk & 32 == 0 else { continue }
      // The sign is the lowest bit, where negative numbers are inverted.
      let difference = bits & 1 == 0 ? bits >> 1 : ~(bits >> 1)
      if isLongitude {
        sum.x += difference
        line.append(Coordinate(x: Double(sum.x) / scale, y: Double(sum.y) / scale))
      } else {
        sum.y += difference
      }
      isLongitude.toggle()
      (bits, shift) = (0, 0)
    }
    return isLongitude || shift > 0 ? nil : line
  }

  private static func append(_ difference: Int, to bytes: inout [UInt8]) {
    var rest = difference < 0 ? ~(difference << 1) : difference << 1
    while rest >= 32 {
      bytes.append(UInt8(rest & 31 | 32) + 63)
      rest >>= 5
    }
    bytes.append(UInt8(rest) + 63)
  }

  private static func scale(_ decimals: Int) -> Double { decimals == 6 ? 1e6 : 1e5 }
}
