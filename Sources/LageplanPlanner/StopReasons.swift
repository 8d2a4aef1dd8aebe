import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// Tells for each stop of a tour why it comes when it does: the first of these that holds. Others come at the same time; it stands fixed; its window opens, or closes soon;
/// the break is over; it is near the start or the end; of the stops that remain it is the nearest; it lies on the way.
struct StopReasons {
  /// Who could begin so much later has no hurry.
  private static let hurry = 30 * 60

  private let model: TourModel
  private let shift: Int
  private let table: TourTimetable
  private let travel: TravelTable
  /// Of the travel table: start, stops, end.
  private let places: [Int]

  init(_ model: TourModel, shift: Int, _ table: TourTimetable) {
    self.model = model
    self.shift = shift
    self.table = table
    travel = model.problem.travel
    let limits = model.problem.shifts[shift]
    places = [limits.start] + table.visits.map { model.problem.jobs[$0.job].location } + [limits.end]
  }

  func reason(forStop index: Int, companions: [String]) -> TourText {
    var text = order(index, companions)
    let stop = model.stop(ofJob: table.visits[index].job)
    if let day = day(stop) {
      text.english += "; \(day.english)"
      text.german += "; \(day.german)"
    }
    return text
  }

  private func order(_ index: Int, _ companions: [String]) -> TourText {
    if !companions.isEmpty {
      let others = companions.joined(separator: ", ")
      return TourText(english: "at the same time as \(others)", german: "zur gleichen Zeit wie \(others)")
    }
    if index < model.problem.shifts[shift].fixed.count {
      return TourText(english: "fixed: has begun, or was locked", german: "fest: begonnen oder von Hand gesperrt")
    }
    if let window = window(index) { return window }
    if let pause = table.breaks.last(where: { $0.afterVisits == index }) {
      let length = TourWords.short(Seconds(pause.end.value - pause.begin.value))
      return TourText(english: "after the break of \(length)", german: "nach der Pause von \(length)")
    }
    return way(index)
  }

  /// The window that decides when the visit begins: it does so as soon as the window opens, or shortly before it closes.
  private func window(_ index: Int) -> TourText? {
    let visit = table.visits[index]
    let job = model.problem.jobs[visit.job]
    guard let window = job.windows.first(where: { $0.earliest <= visit.begin && visit.begin <= $0.latest }) else { return nil }
    if visit.begin == window.earliest, window.earliest > model.problem.shifts[shift].span.earliest {
      let opens = TourWords.clock(model.calendar.instant(window.earliest), model.time)
      return TourText(english: "may not begin before \(opens.english)", german: "darf nicht vor \(opens.german) beginnen")
    }
    if window.latest.value - visit.begin.value <= Self.hurry {
      let closes = TourWords.clock(model.calendar.instant(window.latest), model.time)
      return TourText(english: "must begin by \(closes.english)", german: "muss bis \(closes.german) beginnen")
    }
    return nil
  }

  private func way(_ index: Int) -> TourText {
    let (before, here, after) = (places[index], places[index + 1], places[index + 2])
    // A tour that goes on from the way has had its first stop.
    let isFirst = index == 0 && model.startOfShift[shift] == nil
    let way = travel.seconds(from: before, to: here)
    let minutes = TourWords.short(way)
    if way.value == 0 {
      return isFirst
        ? TourText(english: "where the tour starts", german: "am Startort der Tour")
        : TourText(english: "at the same place as the stop before", german: "am selben Ort wie der Halt davor")
    }
    let isNearest = (index + 1..<table.visits.count).allSatisfy { travel.seconds(from: before, to: places[$0 + 1]) >= way }
    switch (isFirst, isNearest) {
    case (true, true):
      return TourText(
        english: "the stop nearest to the start: \(minutes)", german: "der Halt, der dem Start am nächsten liegt: \(minutes)")
    case (false, true) where index + 1 == table.visits.count:
      let home = TourWords.short(travel.seconds(from: here, to: after))
      return TourText(english: "the last stop, \(home) from the end", german: "der letzte Halt, \(home) vor dem Ende")
    case (false, true):
      return TourText(
        english: "the nearest of the stops that remain: \(minutes)", german: "von den übrigen Halten der nächste: \(minutes)")
    case (_, false):
      let direct = travel.seconds(from: before, to: after).value
      let detour = max(0, way.value + travel.seconds(from: here, to: after).value - direct)
      guard detour > 0 else { return TourText(english: "on the way", german: "liegt auf dem Weg") }
      let more = TourWords.short(Seconds(detour))
      return TourText(
        english: "on the way: the stop makes it \(more) longer", german: "auf dem Weg: durch den Halt wird er \(more) länger")
    }
  }

  /// What the due date has to do with the day.
  private func day(_ stop: TourStopWork) -> TourText? {
    let today = model.calendar.shifts[shift].day
    if let due = stop.visits.compactMap(\.due).min(), due < model.request.day {
      let since = TourWords.day(due)
      return TourText(english: "overdue since \(since.english)", german: "überfällig seit dem \(since.german)")
    }
    // Not the days of its conditions: a day that a person has chosen says nothing about the others.
    let days = stop.visits.compactMap { model.request.allowedDays(for: $0.due) }
    guard model.request.days > 1 else { return nil }
    if days.map(\.upperBound).min() == today {
      return TourText(english: "the last day on which it may be visited", german: "der letzte Tag, an dem es besucht werden darf")
    }
    if days.map(\.lowerBound).max() == today {
      return TourText(english: "the first day on which it may be visited", german: "der erste Tag, an dem es besucht werden darf")
    }
    return nil
  }
}
