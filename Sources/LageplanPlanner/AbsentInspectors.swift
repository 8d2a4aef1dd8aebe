import LageplanFeatures

extension TourPlan {
  /// Who is still absent when these come all the same. Whoever was to be absent always and comes on one day is absent on the others.
  func absent(but present: [TourChange.Absence], _ request: TourRequest) -> [TourChange.Absence] {
    guard !present.isEmpty else { return absent }
    let present = Set(present)
    return absent.flatMap { absence -> [TourChange.Absence] in
      let inspector = absence.inspector
      func comes(_ day: CalendarDate?) -> Bool { present.contains(TourChange.Absence(inspector: inspector, day: day)) }
      if comes(nil) { return [] }
      if let day = absence.day { return comes(day) ? [] : [absence] }
      guard present.contains(where: { $0.inspector == inspector }) else { return [absence] }
      return request.calendar.filter { !comes($0) }.map { TourChange.Absence(inspector: inspector, day: $0) }
    }
  }
}

extension TourChange.Absence {
  /// Whether the inspector is absent on that day.
  func covers(_ inspector: String, on day: CalendarDate) -> Bool {
    self.inspector == inspector && (self.day ?? day) == day
  }

  /// Whether both are of the same inspector, and of one day at least.
  func overlaps(_ other: Self) -> Bool {
    inspector == other.inspector && (day == nil || other.day == nil || day == other.day)
  }
}
