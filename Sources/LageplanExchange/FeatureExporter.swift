import Foundation
public import LageplanFeatures
public import LageplanGeometry

/// Writes the features of a collection to a file, in any format that GDAL writes, and in some that we write better.
public struct FeatureExporter: Sendable {
  /// The column of the feature ids in formats that have no place of their own for them. Import reads it back as the ids.
  /// Ten letters: a Shapefile cuts off what is longer.
  public static let idColumn = "feature_id"

  /// What came of an export.
  public struct Result: Hashable, Sendable {
    public var features: Int
    /// What the file does not hold as the collection has it: cut-off names and texts, geometries that cannot be written. For people.
    public var warnings: [String]

    public init(features: Int, warnings: [String]) {
      self.features = features
      self.warnings = warnings
    }
  }

  public let descriptor: CollectionDescriptor
  public let format: ExportFormat
  public let properties: PropertySelection
  /// Without it, the file is a table of the properties.
  public let hasGeometry: Bool
  /// The system of the coordinates in the file.
  public let crs: CoordinateReferenceSystem

  /// `crs`: the collection's own system where none is named, and degrees in formats that know only these (GeoJSON, KML, GPX).
  public init(
    _ descriptor: CollectionDescriptor, as format: ExportFormat, properties: PropertySelection = .all, geometry: Bool = true,
    crs: CoordinateReferenceSystem? = nil
  ) {
    self.descriptor = descriptor
    self.format = format
    self.properties = properties
    hasGeometry = geometry
    self.crs = format.isAlwaysDegrees ? .crs84 : crs ?? descriptor.storageCrs
  }

  /// Writes what `query` yields of the collection, with the properties of this exporter and, unless left out, the geometry.
  ///
  /// `path` must not be there; a failed export leaves no file. Throws ``ExchangeError``, and what the reader throws.
  public func write(_ query: FeatureQuery, from reader: borrowing some FeatureReading, to path: String) throws -> Result {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw ExchangeError.unwritable(path: path, reason: "it is there already; remove it first, or name another file")
    }
    var query = query
    query.properties = properties.carrying(query.sort)
    query.geometry = hasGeometry
    do {
      if let writer = try rowWriter() { return try write(query, from: reader, with: writer, to: path) }
      let writer = try LayerWriter(self, path)
      try reader.forEachRow(matching: query) { row in
        try writer.write(row)
        return .next
      }
      return try writer.close()
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  // MARK: Formats of our own

  private func rowWriter() throws -> (any RowWriter)? {
    guard format.isOurs else { return nil }
    switch format.driver {
    case "CSV": return try CsvWriter(descriptor: descriptor, properties: properties, geometry: hasGeometry, target: crs)
    case "KML": return try KmlWriter(descriptor: descriptor, properties: properties)
    case "GPX": return try GpxWriter(descriptor: descriptor, properties: properties)
    default: return nil
    }
  }

  private static let pieceSize = 1 << 20

  private func write(
    _ query: FeatureQuery, from reader: borrowing some FeatureReading, with writer: any RowWriter, to path: String
  ) throws -> Result {
    var writer = writer
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
      throw ExchangeError.unwritable(path: path, reason: "\(String(cString: strerror(errno)))")
    }
    defer { try? file.close() }
    let send = { (bytes: [UInt8]) in
      do { try file.write(contentsOf: bytes) } catch {
        throw ExchangeError.unwritable(path: path, reason: error.localizedDescription)
      }
    }
    var count = 0
    writer.begin()
    try reader.forEachRow(matching: query) { row in
      writer.append(row)
      count += 1
      if writer.bytes.count >= Self.pieceSize { try send(writer.take()) }
      return .next
    }
    writer.end()
    try send(writer.take())
    var warnings = ExportWarnings()
    warnings.note(flaws: writer.flaws, count: writer.flawCount)
    if let skipped = (writer as? GpxWriter)?.skipped, skipped > 0 {
      warnings.note("\(skipped) features without a place were left out: GPX has none")
      count -= skipped
    }
    return Result(features: count, warnings: warnings.lines)
  }
}

/// What an export tells of the differences between collection and file: each kind once, and not without end.
struct ExportWarnings {
  private(set) var lines: [String] = []
  private static let most = 20

  mutating func note(_ line: String) {
    guard lines.count < Self.most, !lines.contains(line) else { return }
    lines.append(line)
  }

  mutating func note(flaws: [GeoJSONWriterError], count: Int) {
    guard let first = flaws.first else { return }
    note("\(count) features were written without their geometry; the first: \(first)")
  }
}
