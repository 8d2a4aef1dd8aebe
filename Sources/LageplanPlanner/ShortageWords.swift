import LageplanGeometry
import LageplanTours

/// What a tour lacks, limit by limit: whoever adds all of it finds that the visit fits.
struct ShortageWords {
  private let missing: TourShortage

  init(_ missing: TourShortage) { self.missing = missing }

  /// For a sentence about the shift: `12 more minutes`, `fehlen 12 Minuten`.
  var lack: TourText {
    put(shift: TourText(english: "", german: ""), of: TourText(english: "", german: ""))
  }

  /// `12 more minutes of A's shift`, `in der Schicht von A fehlen 12 Minuten`.
  func lack(of shift: TourText) -> TourText {
    put(
      shift: TourText(english: " of \(shift.english)", german: ""),
      of: TourText(english: " in \(shift.english)", german: "in \(shift.german) "))
  }

  /// `shift` follows what the shift itself lacks, `of` what a rule within it lacks.
  private func put(shift: TourText, of place: TourText) -> TourText {
    var parts: [TourText] = []
    func add(_ span: Seconds, _ english: String, _ german: String) {
      guard span > 0 else { return }
      let count = TourWords.missing(span)
      parts.append(TourText(english: count.english + english, german: count.german + german))
    }
    add(missing.shift, shift.english, shift.german)
    add(missing.work, " of working time\(place.english)", " Arbeitszeit")
    add(missing.travel, " of driving time\(place.english)", " Fahrzeit")
    add(missing.lateness, " until a window or a break closes\(place.english)", ", bis ein Zeitfenster oder eine Pause schließt")
    return TourText(
      english: parts.map(\.english).joined(separator: " and "),
      german: "\(place.german)fehlen " + parts.map(\.german).joined(separator: " und "))
  }
}
