import LageplanFeatures

/// A text search as an SQL condition: by the index of words, or, for rows of the past, which it does not know, by reading their texts.
struct WordCondition {
  private let search: TextSearch
  private let table: CollectionTable
  private let text: String?

  init(_ search: TextSearch, in table: CollectionTable) {
    self.search = search
    self.table = table
    text = search.terms.isEmpty ? nil : table.text(of: "f")
  }

  var indexed: String {
    text == nil ? "0" : "f.\"number\" IN (SELECT rowid FROM \(table.words) WHERE \(table.words) MATCH ?)"
  }

  /// A word has letters and digits only, so none ends its quotes; a star makes it a beginning (fts5.html, section 3.3).
  var indexArguments: [SQLiteArgument] {
    guard text != nil else { return [] }
    let terms = search.terms.map { words in "(\(words.map { "\"\($0)\"*" }.joined(separator: " AND ")))" }
    return [.text(terms.joined(separator: " OR "))]
  }

  var computed: String { text.map { "\(SQLComputation.function)(?, \($0))" } ?? "0" }

  var computationArguments: [SQLiteArgument] {
    guard text != nil else { return [] }
    let search = search
    return [
      .computation(
        SQLComputation { values in
          guard case .text(let text) = values[0] else { return .boolean(false) }
          return .boolean(search.matches([text]))
        })
    ]
  }
}
