import CSpatiaLite
import LageplanFeatures
import LageplanGeometry

/// A computation that SQL has no words for, bound to a statement as an argument.
///
/// `lageplan_call(?, a, b)` hands the object the values of the row and gives what it answers; a boolean is 0 or 1, null is unknown. So
/// case folding, patterns, arithmetic and geometry are the same code in SQL as in memory, and no text of a request becomes SQL.
final class SQLComputation {
  static let function = "lageplan_call"
  private static let pointerType: StaticString = "lageplan-computation"

  private let body: (SQLValues) -> PropertyValue

  init(_ body: @escaping (SQLValues) -> PropertyValue) { self.body = body }

  /// Makes `lageplan_call` known on a connection.
  static func register(on handle: OpaquePointer) {
    // Deterministic: SQLite may reckon once what does not depend on the row. Only for statements of ours, never from the file's schema.
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY
    sqlite3_create_function_v2(
      handle, function, -1, flags, nil,
      { context, count, values in
        guard let values, count > 0,
          let object = sqlite3_value_pointer(values[0], SQLComputation.pointerName)
        else { return sqlite3_result_null(context) }
        let computation = Unmanaged<SQLComputation>.fromOpaque(object).takeUnretainedValue()
        let arguments = SQLValues(UnsafeBufferPointer(start: values + 1, count: Int(count) - 1))
        SQLComputation.answer(computation.body(arguments), to: context)
      }, nil, nil, nil)
  }

  private static var pointerName: UnsafePointer<CChar> {
    UnsafeRawPointer(pointerType.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  private static func answer(_ value: PropertyValue, to context: OpaquePointer?) {
    switch value {
    case .null: sqlite3_result_null(context)
    case .integer(let value): sqlite3_result_int64(context, value)
    case .real(let value): sqlite3_result_double(context, value)
    case .boolean(let value): sqlite3_result_int(context, value ? 1 : 0)
    case .text, .date, .dateTime, .json:
      var text = value.spelling ?? ""
      text.withUTF8 { bytes in
        guard let start = bytes.baseAddress else { return sqlite3_result_text(context, "", 0, sqliteTransient) }
        start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
          sqlite3_result_text(context, $0, Int32(bytes.count), sqliteTransient)
        }
      }
    }
  }

  /// Hands the object to a statement, which keeps it until it is bound anew.
  func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
    sqlite3_bind_pointer(
      statement, index, Unmanaged.passRetained(self).toOpaque(), Self.pointerName,
      { object in
        if let object { Unmanaged<SQLComputation>.fromOpaque(object).release() }
      })
  }
}

extension SQLComputation: Equatable {
  static func == (a: SQLComputation, b: SQLComputation) -> Bool { a === b }
}

/// The values of a row that a computation is called with, lent for the call.
struct SQLValues {
  private let values: UnsafeBufferPointer<OpaquePointer?>

  init(_ values: UnsafeBufferPointer<OpaquePointer?>) { self.values = values }

  /// As SQLite holds it: a text, an integer, a real, or null.
  subscript(index: Int) -> PropertyValue {
    let value = values[index]
    switch sqlite3_value_type(value) {
    case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
    case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
    case SQLITE_TEXT: return .text(text(index))
    default: return .null
    }
  }

  /// As a property of `kind` holds it.
  func value(_ index: Int, as kind: PropertyKind) -> PropertyValue {
    switch (self[index], kind) {
    case (.text(let text), .date), (.text(let text), .dateTime): PropertyValue(parsing: text, as: kind) ?? .text(text)
    case (.text(let text), .json): .json(text)
    case (.integer(let number), .boolean): .boolean(number != 0)
    case (let value, _): value
    }
  }

  private func text(_ index: Int) -> String {
    guard let start = sqlite3_value_text(values[index]) else { return "" }
    let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(values[index])))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// SpatiaLite's BLOB; `nil` for null and anything else.
  func geometry(_ index: Int) -> GeometryBytes? {
    guard sqlite3_value_type(values[index]) == SQLITE_BLOB, let start = sqlite3_value_blob(values[index]) else { return nil }
    let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(values[index])))
    return GeometryBytes(encoding: .spatiaLite, bytes: bytes)
  }
}
