/// SQL has no arguments for names: every name that enters a statement comes through here.
/// Quotes `name` as an identifier of standard SQL; a quote inside is doubled.
func quoted(_ name: String) -> String {
  "\"" + name.replacing("\"", with: "\"\"") + "\""
}

/// A text constant for the few places that take no argument: the bodies of triggers.
func quotedText(_ text: String) -> String {
  "'" + text.replacing("'", with: "''") + "'"
}

/// Lower case letters, digits, `-` and `_`; starts with a letter; at most 64; none of the prefixes that SQLite, SpatiaLite and the
/// bookkeeping keep for themselves.
func isCollectionId(_ id: String) -> Bool {
  guard let first = id.utf8.first, (1...64).contains(id.utf8.count), (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
  else {
    return false
  }
  let allowed = id.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
  return allowed && !["sqlite_", "lageplan_", "idx_", "cache_"].contains { id.hasPrefix($0) }
}
