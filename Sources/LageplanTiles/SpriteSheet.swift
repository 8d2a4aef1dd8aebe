import LageplanFeatures

/// All icons of a map in one picture, with an index of where each lies (https://maplibre.org/maplibre-style-spec/sprite/).
public struct SpriteSheet: Hashable, Sendable {
  /// The index as JSON, and the picture as PNG.
  public let index: [UInt8]
  public let picture: [UInt8]
  /// The names in it, sorted.
  public let names: [String]

  /// Between icons, so that a map that interpolates never takes in a neighbour.
  private static let gap = 2

  /// `ratio` pixels for one of the drawings. `nil` where no memory is left.
  public init?(_ drawings: [(name: String, drawing: SvgDrawing)], ratio: Int) {
    guard let painter = SvgPainter() else { return nil }
    let images = drawings.sorted { $0.name < $1.name }.map { (name: $0.name, image: painter.image(of: $0.drawing, ratio: ratio)) }
    let (places, width, height) = Self.shelves(images.map { ($0.image.width, $0.image.height) })
    var sheet = PixelImage(width: max(1, width), height: max(1, height))
    var members: [(key: String, value: JSONValue)] = []
    for (each, place) in zip(images, places) {
      sheet.place(each.image, column: place.column, row: place.row)
      members.append(
        (
          each.name,
          [
            "x": .integer(Int64(place.column)), "y": .integer(Int64(place.row)), "width": .integer(Int64(each.image.width)),
            "height": .integer(Int64(each.image.height)), "pixelRatio": .integer(Int64(ratio)),
          ]
        ))
    }
    guard let png = sheet.png() else { return nil }
    picture = png
    names = images.map(\.name)
    var writer = JSONWriter()
    writer.value(.object(members))
    index = writer.bytes
  }

  /// Rows of about the width of a square of all; icons are nearly of one size, so nothing better pays.
  private static func shelves(_ sizes: [(width: Int, height: Int)]) -> ([(column: Int, row: Int)], Int, Int) {
    let area = sizes.reduce(0) { $0 + ($1.width + gap) * ($1.height + gap) }
    let most = max(sizes.map { $0.width + gap }.max() ?? 0, Int(Double(area).squareRoot().rounded(.up)))
    var places: [(column: Int, row: Int)] = []
    var (column, row, shelf, widest) = (0, 0, 0, 0)
    for size in sizes {
      if column + size.width + gap > most, column > 0 {
        row += shelf
        (column, shelf) = (0, 0)
      }
      places.append((column, row))
      column += size.width + gap
      shelf = max(shelf, size.height + gap)
      widest = max(widest, column)
    }
    return (places, widest, row + shelf)
  }
}
