import Foundation
import LageplanFeatures
import LageplanGeometry

/// A drawing of features as SVG within the page: seen without any script, replaced by the real map where there is one.
///
/// Drawn in the plane of the coordinates, north up; degrees are shortened east-west by the cosine of the middle latitude, which at the
/// size of a town is a map true to shape.
struct MapFigure {
  /// What is drawn, as GeoJSON geometries.
  var geometries: [JSONValue]
  /// The frame of their coordinates.
  var crs: CoordinateReferenceSystem
  /// What a reader who sees nothing is told.
  var description: String
  var caption: Html = .empty
  /// The address of the same features as GeoJSON in degrees, for the real map; empty: there is none.
  var source = ""
  /// The collection that the real map shows besides; empty: none in particular.
  var collection = ""

  private static let width = 720.0
  private static let height = 420.0
  private static let margin = 28.0

  func html(_ links: Links) -> Html {
    let frame = Frame(Self.positions(of: geometries), crs: crs)
    let shapes = frame.map(drawing) ?? "<text class='empty' x='360' y='210'>Ohne Ort</text>\n"
    return """
      <figure class='map' data-source='\(source)' data-collection='\(collection)'>
      <svg viewBox='0 0 720 420' role='img' aria-label='\(description)'>
      \(shapes)</svg>
      \(caption.isEmpty ? .empty : "<figcaption>\(caption)</figcaption>\n" as Html)\
      </figure>

      """
  }

  private func drawing(in frame: Frame) -> Html {
    var result = Html.empty
    for geometry in geometries { result += Self.shape(geometry, in: frame) }
    if let bar = frame.bar {
      let right = Self.width - Self.margin
      result += """
        <path class='bar' d='M\(Self.text(right - bar.width)) 402v6H\(Self.text(right))v-6'/>
        <text class='scale' x='\(Self.text(right))' y='398'>\(bar.label)</text>

        """
    }
    return result
  }

  // MARK: - Shapes

  private static func shape(_ geometry: JSONValue, in frame: Frame) -> Html {
    let coordinates = geometry["coordinates"]?.array ?? []
    switch geometry["type"]?.text {
    case "Point": return dot(.array(coordinates), in: frame)
    case "MultiPoint": return Html(coordinates.map { dot($0, in: frame) })
    case "LineString": return path([.array(coordinates)], isClosed: false, in: frame)
    case "MultiLineString": return path(coordinates, isClosed: false, in: frame)
    case "Polygon": return path(coordinates, isClosed: true, in: frame)
    case "MultiPolygon": return path(coordinates.flatMap { $0.array ?? [] }, isClosed: true, in: frame)
    case "GeometryCollection": return Html((geometry["geometries"]?.array ?? []).map { shape($0, in: frame) })
    default: return .empty
    }
  }

  private static func dot(_ position: JSONValue, in frame: Frame) -> Html {
    guard let place = frame.place(position) else { return .empty }
    return "<circle class='dot' cx='\(text(place.x))' cy='\(text(place.y))' r='5'/>\n"
  }

  /// Vertices nearer than half a pixel to the one before are left out: they would not be seen.
  private static func path(_ lines: [JSONValue], isClosed: Bool, in frame: Frame) -> Html {
    var steps = ""
    for line in lines {
      var last: Coordinate?
      let places = (line.array ?? []).compactMap(frame.place)
      for (at, place) in places.enumerated() {
        if let last, at < places.count - 1, abs(place.x - last.x) < 0.5, abs(place.y - last.y) < 0.5 { continue }
        steps += "\(last == nil ? "M" : "L")\(text(place.x)) \(text(place.y))"
        last = place
      }
      if isClosed, last != nil { steps += "Z" }
    }
    return isClosed ? "<path class='area' d='\(steps)'/>\n" : "<path class='line' d='\(steps)'/>\n"
  }

  private static func text(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }

  /// All positions of the geometries, whatever their nesting.
  private static func positions(of geometries: [JSONValue]) -> [JSONValue] {
    var result: [JSONValue] = []
    func take(_ value: JSONValue) {
      guard let elements = value.array else { return }
      if elements.first?.number != nil { result.append(value) } else { elements.forEach(take) }
    }
    for geometry in geometries {
      for part in geometry["geometries"]?.array ?? [geometry] { part["coordinates"].map(take) }
    }
    return result
  }
}

extension MapFigure {
  /// From coordinates to the drawing.
  private struct Frame {
    private let crs: CoordinateReferenceSystem
    private let swaps: Bool
    /// Of x for one of y.
    private let shortening: Double
    private let middle: Coordinate
    private let pixelsPerUnit: Double
    private let metresPerUnit: Double?

    /// `nil` where there is no position.
    init?(_ positions: [JSONValue], crs: CoordinateReferenceSystem) {
      self.crs = crs
      let info = try? crs.info()
      swaps = info?.latitudeFirst ?? false
      var box = Envelope.empty
      for position in positions {
        guard let place = Self.coordinate(position, swaps: swaps) else { continue }
        box.formUnion(place)
      }
      guard !box.isEmpty else { return nil }
      middle = Coordinate(x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2)
      let isDegrees = info?.isGeographic ?? true
      shortening = isDegrees ? max(0.01, cos(middle.y * .pi / 180)) : 1
      metresPerUnit = info.map(\.metresPerUnit)
      // A single place, or places close by, are drawn in a window of at least a hundred metres.
      let least = 100 / (metresPerUnit ?? 1)
      let (width, height) = (max((box.maxX - box.minX) * shortening, least), max(box.maxY - box.minY, least))
      pixelsPerUnit = min(
        (MapFigure.width - 2 * MapFigure.margin) / width, (MapFigure.height - 2 * MapFigure.margin) / height)
    }

    func place(_ position: JSONValue) -> Coordinate? {
      guard let place = Self.coordinate(position, swaps: swaps) else { return nil }
      return Coordinate(
        x: MapFigure.width / 2 + (place.x - middle.x) * shortening * pixelsPerUnit,
        y: MapFigure.height / 2 - (place.y - middle.y) * pixelsPerUnit)
    }

    /// A round length of at most a quarter of the width; Web Mercator is stretched, so there its metres are none and no bar is drawn.
    var bar: (width: Double, label: String)? {
      guard let metresPerUnit, crs != .webMercator else { return nil }
      let pixelsPerMetre = pixelsPerUnit / metresPerUnit
      let longest = MapFigure.width / 4 / pixelsPerMetre
      let power = pow(10, (log10(longest)).rounded(.down))
      guard power.isFinite, power > 0, let length = [5, 2, 1].map({ $0 * power }).first(where: { $0 <= longest }) else {
        return nil
      }
      let label = length >= 1_000 ? "\(GermanText.real(length / 1_000)) km" : "\(GermanText.real(length)) m"
      return (length * pixelsPerMetre, label)
    }

    private static func coordinate(_ position: JSONValue, swaps: Bool) -> Coordinate? {
      guard let first = position[0]?.number, let second = position[1]?.number else { return nil }
      return swaps ? Coordinate(x: second, y: first) : Coordinate(x: first, y: second)
    }
  }
}
