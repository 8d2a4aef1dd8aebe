public import LageplanGeometry

/// What stops an import or export as a whole, told so that a person can act. What is wrong with single rows stands in ``ImportReport``.
public enum ExchangeError: Error, Hashable, Sendable {
  /// GDAL is not installed, or one is that is too old; `reason` names what is missing.
  case gdalMissing(reason: String)
  case fileMissing(path: String)
  /// No reader understands the source; `reason` is GDAL's or the JSON parser's word.
  case unreadable(source: String, reason: String)
  /// The source has several layers and none was named.
  case layerNeeded(source: String, layers: [String])
  case unknownLayer(String, source: String, layers: [String])
  case unknownColumn(String, source: String, known: [String])
  case unknownEncoding(String)
  case invalidDateFormat(String, reason: String)
  /// The numbers are metres and nothing says in which system; `likely` come in order of likelihood.
  case crsNotDeclared(source: String, example: Coordinate, likely: [CrsCandidate])
  /// The numbers cannot be in the system that the file or the caller declares.
  case crsContradicted(source: String, declared: String, example: Coordinate, reason: String, likely: [CrsCandidate])
  /// The file defines a system that is none of EPSG's.
  case crsUnidentified(source: String, name: String, likely: [CrsCandidate])
  /// Most positions are in the range only when x and y change places.
  case axesSwapped(source: String, crs: CoordinateReferenceSystem, example: Coordinate, columns: [String])
  /// One collection has one system; the sources have several.
  case crsDiffers(source: String, crs: CoordinateReferenceSystem, firstSource: String, first: CoordinateReferenceSystem)
  case unknownFormat(String, known: [String])
  case unwritable(path: String, reason: String)
  /// The format cannot hold the collection as it is.
  case unsuitableFormat(String, reason: String)
  /// What lies at an address could not be fetched.
  case fetch(FetchError)
}

extension ExchangeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .gdalMissing(let reason):
      "Files are read and written by GDAL, and \(reason). Install it: apt-get install libgdal32 (Debian 12; libgdal36 on Debian 13)."
    case .fileMissing(let path):
      "\(path): there is no such file."
    case .unreadable(let source, let reason):
      "\(source) cannot be read: \(reason)."
    case .layerNeeded(let source, let layers):
      "\(source) has \(layers.count) layers (\(layers.joined(separator: ", "))): choose one with --layer."
    case .unknownLayer(let layer, let source, let layers):
      "\(source) has no layer \(layer). It has: \(layers.joined(separator: ", "))."
    case .unknownColumn(let column, let source, let known):
      "\(source) has no column \(column). It has: \(known.joined(separator: ", "))."
    case .unknownEncoding(let name):
      "The encoding \(name) is not known. Try UTF-8, ISO-8859-1, Windows-1252, CP850 or UTF-16."
    case .invalidDateFormat(let format, let reason):
      "The date format \(format) cannot be used: \(reason). Example: --date-format dd.MM.yyyy."
    case .crsNotDeclared(let source, let example, let likely):
      "\(source): the coordinates are metres, as \(Self.show(example)), and nothing says in which system. \(Self.advise(likely))"
    case .crsContradicted(let source, let declared, let example, let reason, let likely):
      "\(source): coordinates as \(Self.show(example)) cannot be in \(declared): \(reason). \(Self.advise(likely))"
    case .crsUnidentified(let source, let name, let likely):
      "\(source) defines a coordinate system of its own, \"\(name)\", which is none of EPSG's. \(Self.advise(likely))"
    case .axesSwapped(let source, let crs, let example, let columns):
      "\(source): x and y seem to be swapped: \(Self.show(example)) makes sense in \(crs) only the other way round. "
        + (columns.count == 2
          ? "Name the columns: --x \(columns[1]) --y \(columns[0])."
          : "Have the file written with the easting or longitude first.")
    case .crsDiffers(let source, let crs, let firstSource, let first):
      "\(source) is in \(crs), but \(firstSource) in \(first), and a collection has one system. Import them into two collections."
    case .unknownFormat(let name, let known):
      "The format \(name) cannot be written. Known: \(known.joined(separator: ", "))."
    case .unwritable(let path, let reason):
      "\(path) cannot be written: \(reason)."
    case .unsuitableFormat(let format, let reason):
      "\(format) cannot hold this collection: \(reason)."
    case .fetch(let error):
      error.description
    }
  }

  static func show(_ position: Coordinate) -> String { "(\(show(position.x)), \(show(position.y)))" }

  /// Whole numbers without `.0`.
  private static func show(_ number: Double) -> String { Int64(exactly: number).map { String($0) } ?? String(number) }

  /// What to type, most likely first.
  private static func advise(_ likely: [CrsCandidate]) -> String {
    guard let first = likely.first else {
      return "No system used in Germany fits. Ask whoever made the file, and declare the system with --crs EPSG:CODE."
    }
    var advice =
      "Likely it is \(first.crs) (\(first.name)), which puts them near \(first.place): declare it with --crs \(first.crs)."
    for other in likely.dropFirst() { advice += " Or \(other.crs) (\(other.name)), near \(other.place): --crs \(other.crs)." }
    return advice
  }
}
