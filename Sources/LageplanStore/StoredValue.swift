import LageplanFeatures
import LageplanGeometry

extension SQLiteArgument {
  /// The value in the spelling of the file: booleans are 0 and 1, dates and date-times ISO 8601 text, date-times in UTC.
  init(_ value: PropertyValue) {
    self =
      switch value {
      case .null: .null
      case .text(let text), .json(let text): .text(text)
      case .integer(let number): .integer(number)
      case .real(let number): number.isNaN ? .null : .real(number)
      case .boolean(let flag): .integer(flag ? 1 : 0)
      case .date(let day): .text(day.iso)
      case .dateTime(let instant): .text(instant.iso)
      }
  }

  /// As a column of type `kind` keeps the value; `nil` where it cannot without loss, and the column has to become wider.
  init?(_ value: PropertyValue, keptAs kind: PropertyKind) {
    switch (value, kind) {
    case (.null, _): self = .null
    case (.text, .text), (.integer, .integer), (.real, .real), (.boolean, .boolean), (.date, .date), (.dateTime, .dateTime),
      (.json, .json):
      self.init(value)
    case (.integer(let number), .real):
      guard let exact = Double(exactly: number) else { return nil }
      self = .real(exact)
    case (.real(let number), .integer):
      guard let exact = Int64(exactly: number) else { return nil }
      self = .integer(exact)
    case (_, .text): self = .optional(value.spelling)
    default: return nil
    }
  }
}

extension PropertyKind {
  /// The narrowest type that holds what this one holds, and `value` too.
  func widened(by value: PropertyValue) -> PropertyKind {
    switch (self, value) {
    case (.integer, .real): .real
    default: .text
    }
  }
}

extension SQLiteStatement {
  /// A moment that the bookkeeping keeps. Throws `StoreError.damagedBookkeeping`.
  func instant(_ column: Int32) throws(StoreError) -> Instant {
    guard let text = string(column), let instant = Instant(iso: text) else {
      throw .damagedBookkeeping(what: "A moment in the bookkeeping tables", value: string(column) ?? "null")
    }
    return instant
  }

  func optionalInstant(_ column: Int32) throws(StoreError) -> Instant? { isNull(column) ? nil : try instant(column) }

  /// True when the column holds just this value.
  func holds(_ argument: SQLiteArgument, at column: Int32) -> Bool {
    switch argument {
    case .null: isNull(column)
    case .integer(let number): !isNull(column) && isNumber(column) && integer(column) == number && real(column) == Double(number)
    case .real(let number): !isNull(column) && isNumber(column) && real(column) == number
    case .text(var text):
      isText(column)
        && text.withUTF8 { UnsafeRawBufferPointer($0).elementsEqual(textBytes(column)) }
    case .blob(let blob): bytes(column).elementsEqual(blob)
    case .computation: false
    }
  }

  /// True when the column holds just this geometry. Equal bytes are the usual case; a GIS may spell the same geometry otherwise
  /// (byte order, compression).
  func holds(_ geometry: Geometry?, srid: Int32, at column: Int32) -> Bool {
    guard let stored = self.geometry(column), let geometry else { return isNull(column) && geometry == nil }
    if stored.bytes.elementsEqual(geometry.spatiaLiteBlob(srid: srid)) { return true }
    // A geometry that cannot be read is not the one asked for, which then replaces it.
    guard let decoded = try? Geometry(decoding: stored) else { return false }
    return decoded == geometry
  }
}
