/// One attribute of a feature (Sachdatum), owned.
public enum PropertyValue: Hashable, Sendable {
  case null
  case text(String)
  case integer(Int64)
  case real(Double)
  case boolean(Bool)
  case date(CalendarDate)
  case dateTime(Instant)
  /// A JSON value that is none of the above (array, object), as its text.
  case json(String)
}

/// The types a property may have.
public enum PropertyKind: String, Hashable, Sendable, Codable, CaseIterable {
  case text, integer, real, boolean, date, dateTime = "date-time", json
}
