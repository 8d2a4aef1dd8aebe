public import LageplanFeatures
public import LageplanGeometry

/// Where a record stands in its source, as people find it again.
public enum SourcePosition: Hashable, Sendable {
  /// The line of a text file on which the record starts, counted from 1.
  case line(Int)
  /// The place in the order of the source, counted from 1.
  case feature(Int)
}

extension SourcePosition: CustomStringConvertible {
  public var description: String {
    switch self {
    case .line(let number): "line \(number)"
    case .feature(let number): "feature \(number)"
    }
  }
}

/// A column as the source declares it.
public struct SourceColumn: Hashable, Sendable {
  /// Without surrounding blanks; unique in its source.
  public var name: String
  /// `nil`: the format has no types (CSV, GML without schema), all values are text, and inference is free to choose.
  public var kind: PropertyKind?

  public init(name: String, kind: PropertyKind?) {
    self.name = name
    self.kind = kind
  }
}

/// What a source says about its coordinate reference system.
public enum DeclaredCrs: Hashable, Sendable {
  /// Nothing.
  case none
  /// Its format always has this one (GeoJSON without `crs`: RFC 7946; KML; GPX).
  case byFormat(CoordinateReferenceSystem)
  /// The file names it.
  case named(CoordinateReferenceSystem)
  /// The file's own system differs from this one only by a shift of the origin, which the reader adds: exact in binary.
  case shifted(CoordinateReferenceSystem, byX: Double, byY: Double, name: String)
  /// The file defines one that is none of EPSG's.
  case unidentified(name: String)

  /// The system, where it is known.
  public var crs: CoordinateReferenceSystem? {
    switch self {
    case .none, .unidentified: nil
    case .byFormat(let crs), .named(let crs), .shifted(let crs, _, _, _): crs
    }
  }
}

/// A file or service, opened: its columns, and a cursor over its records that can start again.
///
/// What the cursor lends is valid until the next ``advance()``, ``rewind()`` or the end of the source. Used by one thread at a time.
public protocol FeatureSource: AnyObject {
  /// The path or URL, as given.
  var name: String { get }
  /// `GeoJSON`, `CSV`, `ESRI Shapefile`: GDAL's names; `JSON` for a plain array of objects.
  var format: String { get }
  var columns: [SourceColumn] { get }
  /// The source yields geometries of its own, not only columns that tell a place.
  var hasGeometry: Bool { get }
  var declaredCrs: DeclaredCrs { get }
  /// Which id is meant where the caller names none; `nil`: records have none.
  var idRule: String? { get }
  /// Where the source knows it without reading everything.
  var count: Int? { get }
  /// What was noticed on reading the text: the encoding taken, and bytes that do not belong to it.
  var encoding: EncodingFinding? { get }

  /// Back before the first record.
  func rewind()
  /// To the next record; `false` at the end. Throws ``ExchangeError/unreadable(source:reason:)`` where the file breaks off.
  func advance() throws(ExchangeError) -> Bool
  var position: SourcePosition { get }
  /// The feature id that the file itself gives to the record.
  var featureId: String? { get }
  /// The value as its column's declared kind says; text in a column without kind. Empty text is text.
  func value(of column: Int) -> PropertyValue
  /// The UTF-8 bytes of a text value; `nil` for null and for values of other types.
  func text(of column: Int) -> UnsafeRawBufferPointer?
  /// The record's geometry, x before y; `nil`: without a place. Throws ``RowFault`` for one that cannot be read.
  func geometry() throws -> Geometry?
}

/// What is wrong with one record, and what to do about it.
public struct RowFault: Error, Hashable, Sendable {
  public var reason: String
  public var remedy: String

  public init(_ reason: String, remedy: String) {
    self.reason = reason
    self.remedy = remedy
  }
}
