public import LageplanGeometry

extension Seconds {
  /// After midnight: `7:00`, `07:00`, `7`, at most `24:00`.
  public init?(timeOfDay text: some StringProtocol) {
    let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
    let isNumeric = pieces.allSatisfy { (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (48...57).contains($0) } }
    guard (1...2).contains(pieces.count), isNumeric, let hours = Int(pieces[0]) else { return nil }
    let minutes = pieces.count == 2 ? Int(pieces[1]) ?? 60 : 0
    guard minutes < 60, pieces.count == 1 || pieces[1].utf8.count == 2, hours * 60 + minutes <= 24 * 60 else { return nil }
    self.init(hours * 3600 + minutes * 60)
  }
}

extension TourRequest.DayWindow {
  /// An end that is not after the begin is on the next day.
  public init(begin: Seconds, endingAt end: Seconds) {
    self.init(begin: begin, end: begin < end ? end : Seconds(end.value + 86_400))
  }

  /// Windows as people write them into a register: `08:00-12:00, 14:00-16:00`, `8-12 Uhr; 14–16 Uhr`. `nil`: something else is written there. Sorted.
  static func list(_ text: String) -> [TourRequest.DayWindow]? {
    var windows: [TourRequest.DayWindow] = []
    for piece in text.split(whereSeparator: { ",;/".contains($0) }) {
      let ends = piece.replacing("Uhr", with: "").split(omittingEmptySubsequences: false) { "-–—".contains($0) }
      let times = ends.map { Seconds(timeOfDay: $0.filter { $0 != " " }) }
      guard times.count == 2, let begin = times[0], let end = times[1] else { return nil }
      windows.append(TourRequest.DayWindow(begin: begin, endingAt: end))
    }
    return windows.isEmpty ? nil : windows.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
  }
}

/// Days of the week as people write them: `Mo-Fr`, `Mo, Mi, Fr`, `Mon-Thu`, `Sa-Mo`.
enum WeekdayText {
  private static let names: [[String]] = [
    ["mo", "mon", "montag", "monday"], ["di", "tu", "tue", "dienstag", "tuesday"], ["mi", "we", "wed", "mittwoch", "wednesday"],
    ["do", "th", "thu", "donnerstag", "thursday"], ["fr", "fri", "freitag", "friday"], ["sa", "sat", "samstag", "saturday"],
    ["so", "su", "sun", "sonntag", "sunday"],
  ]

  /// ISO 8601: 1 is Monday. `nil`: something else is written there.
  static func days(_ text: String) -> Set<Int>? {
    var days: Set<Int> = []
    let pieces = text.lowercased().replacing(" - ", with: "-").split { ",;/ ".contains($0) }
    for piece in pieces {
      let ends: [Int?] = piece.split(omittingEmptySubsequences: false) { "-–—".contains($0) }.map { name in
        let name = name.filter { $0 != "." }
        return names.firstIndex { $0.contains(name) }
      }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
      for offset in 0...((last - first + 7) % 7) { days.insert((first + offset) % 7 + 1) }
    }
    return days.isEmpty ? nil : days
  }
}
