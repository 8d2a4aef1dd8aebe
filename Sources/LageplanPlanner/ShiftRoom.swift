import LageplanFeatures
import LageplanGeometry
import LageplanTours

/// What the shifts of a plan hold of one stop alone: who may come, what they carry, when the stop may begin, and when it must be over.
///
/// Breaks are not asked, ways as soon as they are known. A class, since the answers about conditions that many stops share are kept.
final class ShiftRoom {
  /// How long a stop keeps inspectors of one type.
  fileprivate struct Pace: Hashable, Comparable {
    var service: Int
    var beginOfLast: Int

    static func < (a: Pace, b: Pace) -> Bool { (a.service, a.beginOfLast) < (b.service, b.beginOfLast) }
  }

  /// Who may come to a stop: a job has the same windows for everybody, so that a slow inspector makes them shorter for all others.
  struct Visitors {
    /// The longest that one of them takes, and until the last visit begins.
    fileprivate(set) var service: Int
    fileprivate(set) var beginOfLast: Int
    fileprivate var paces: Set<Pace>

    fileprivate init(_ paces: some Collection<Pace>) {
      self.paces = Set(paces)
      service = paces.map(\.service).max() ?? 0
      beginOfLast = paces.map(\.beginOfLast).max() ?? 0
    }
  }

  /// A part of a shift in which a stop may begin; what is said in seconds counts from its first one.
  private struct Opening: Hashable {
    var inspector: Int
    /// How long the shift has lasted by then.
    var sinceShift: Int
    /// So long after the last visit must have begun, the night is over, the shift ends.
    var untilLast: Int
    var untilNight: Int
    var untilEnd: Int
    /// The longest work of the shift.
    var longest: Int
  }

  /// What conditions leave of the shifts.
  private struct Shifts {
    let windows: [TimeWindow]
    let nights: [TimeWindow]
    /// Who meets them at all, at whatever time.
    var inspectors: Set<Int> = []
    var openings: [(begin: Int, opening: Opening)] = []
    /// How often each is there: most days are alike.
    var kinds: [Opening: Int] = [:]
  }

  /// Later than anything on the clock of a problem.
  private static let never = 1 << 40

  /// With the places of ``TourModel``, of which those of stops come first.
  var ways: (table: TravelTable, placesOfStops: Int)?
  private let request: TourRequest
  private let calendar: ShiftCalendar
  private let earliest: Int
  private let held: [Set<String>]
  private let types: [String?]
  private let typeOf: [Int]
  private var known: [TourStopWork.Conditions: Shifts] = [:]

  /// - Parameter instant: What shifts have before it is over; `nil`: nothing is.
  init(_ request: TourRequest, _ calendar: ShiftCalendar, from instant: Instant? = nil) {
    self.request = request
    self.calendar = calendar
    earliest = instant.map { max(0, calendar.seconds($0).value) } ?? 0
    held = request.inspectors.map { Set($0.qualifications) }
    let types = [nil] + Set(request.inspectors.compactMap(\.type)).sorted()
    self.types = types
    typeOf = request.inspectors.map { inspector in types.firstIndex { $0 == inspector.type } ?? 0 }
  }

  // MARK: Whether a stop fits

  /// Whether as many as it needs can make the stop on empty tours, each of whose shifts is long enough for `share` times the work.
  func holds(_ stop: TourStopWork, share: Int) -> Bool {
    let (paces, shifts) = (paces(of: stop), shifts(stop.conditions))
    guard stop.conditions.people > 1 else {
      return shifts.kinds.keys.contains { begins(stop, in: $0, Visitors([paces[typeOf[$0.inspector]]]), paces, share) != nil }
    }
    return visitors(paces, shifts).contains { meets(stop, shifts, $0, paces, share) }
  }

  /// When the stop may begin in an opening, counted from its first second, if nothing else is on the tour.
  private func begins(
    _ stop: TourStopWork, in opening: Opening, _ visitors: Visitors, _ paces: [Pace], _ share: Int = 1
  ) -> ClosedRange<Int>? {
    let own = paces[typeOf[opening.inspector]]
    guard carries(opening.inspector, stop.loads) else { return nil }
    var (ahead, back) = (stop.setUp.value, 0)
    // What goes on sharing a stop was planned so; its tours may have begun, and come from elsewhere.
    if let ways, stop.conditions.group == nil {
      let start = ways.placesOfStops + 2 * opening.inspector
      guard ways.table.isReachable(from: start, to: stop.place), ways.table.isReachable(from: stop.place, to: start + 1) else {
        return nil
      }
      ahead += ways.table.seconds(from: start, to: stop.place).value
      back = ways.table.seconds(from: stop.place, to: start + 1).value
    }
    guard max(share * own.service, ahead + own.service + back) <= opening.longest else { return nil }
    let first = max(0, ahead - opening.sinceShift)
    let last = min(
      opening.untilLast - visitors.beginOfLast, opening.untilNight - visitors.service, opening.untilEnd - own.service - back)
    return first <= last ? first...last : nil
  }

  private func carries(_ inspector: Int, _ loads: [Int]) -> Bool {
    let capacity = request.inspectors[inspector].capacity
    return zip(request.loads, loads).allSatisfy { load, amount in capacity[load.measure].map { amount <= $0 } ?? true }
  }

  /// Whether there is a second in which as many may begin as the stop needs, whoever it is pinned to among them.
  private func meets(
    _ stop: TourStopWork, _ shifts: Shifts, _ visitors: Visitors, _ paces: [Pace], _ share: Int = 1
  ) -> Bool {
    var begins: [(second: Int, isPinned: Bool)] = []
    var ends: [(second: Int, isPinned: Bool)] = []
    for (begin, opening) in shifts.openings where visitors.paces.contains(paces[typeOf[opening.inspector]]) {
      guard let range = self.begins(stop, in: opening, visitors, paces, share) else { continue }
      let isPinned = request.inspectors[opening.inspector].id == stop.conditions.inspector
      begins.append((begin + range.lowerBound, isPinned))
      ends.append((begin + range.upperBound, isPinned))
    }
    begins.sort { $0.second < $1.second }
    ends.sort { $0.second < $1.second }
    var (people, pinned, over) = (0, 0, 0)
    for begin in begins {
      while ends[over].second < begin.second {
        people -= 1
        if ends[over].isPinned { pinned -= 1 }
        over += 1
      }
      people += 1
      if begin.isPinned { pinned += 1 }
      if people >= stop.conditions.people, stop.conditions.inspector == nil || pinned > 0 { return true }
    }
    return false
  }

  // MARK: Who may come

  /// Those to whom as much as possible of the shifts remains where the stop has windows: the quickest up to some pace, or those of one pace.
  func visitors(of stop: TourStopWork) -> Visitors {
    let (paces, shifts) = (paces(of: stop), shifts(stop.conditions))
    let choices = visitors(paces, shifts)
    let rated = choices.map { visitors in
      let openings = shifts.kinds.reduce(0) { count, kind in
        let isAsked = visitors.paces.contains(paces[typeOf[kind.key.inspector]])
        return isAsked && begins(stop, in: kind.key, visitors, paces) != nil ? count + kind.value : count
      }
      let meets = stop.conditions.people == 1 || meets(stop, shifts, visitors, paces)
      return (visitors: visitors, rating: meets ? openings : -1)
    }
    let most = rated.map(\.rating).max()
    return rated.first { $0.rating == most }?.visitors ?? Visitors(paces.prefix(1))
  }

  /// When the first visit of a stop with windows may begin, so that the last one begins in the window as well, and in the night ends in it, whoever of these comes.
  func windows(of stop: TourStopWork, for visitors: Visitors) -> [TimeWindow] {
    let shifts = shifts(stop.conditions)
    let open = shifts.windows.compactMap { $0.endingEarlier(by: visitors.beginOfLast) }
    guard stop.conditions.isNightOnly else { return open }
    let night = shifts.nights.compactMap { $0.endingEarlier(by: visitors.service) }
    return stop.conditions.windows.isEmpty ? night : TimeWindow.common(open, night)
  }

  /// Whether the windows of a stop are those of other inspectors, who are quicker or slower.
  func keepsOut(_ inspector: Int, of stop: TourStopWork, for visitors: Visitors) -> Bool {
    shifts(stop.conditions).inspectors.contains(inspector) && !visitors.paces.contains(pace(of: stop, types[typeOf[inspector]]))
  }

  /// All choices that there are, quick ones first.
  private func visitors(_ paces: [Pace], _ shifts: Shifts) -> [Visitors] {
    let sorted = Set(shifts.inspectors.map { paces[typeOf[$0]] }).sorted()
    return sorted.indices.map { Visitors(sorted[...$0]) } + sorted.dropFirst().map { Visitors([$0]) }
  }

  /// By type.
  private func paces(of stop: TourStopWork) -> [Pace] { types.map { pace(of: stop, $0) } }

  private func pace(of stop: TourStopWork, _ type: String?) -> Pace {
    Pace(service: stop.service(ofType: type).value, beginOfLast: stop.beginOfLast(ofType: type))
  }

  // MARK: Shifts

  private func shifts(_ conditions: TourStopWork.Conditions) -> Shifts {
    if let shifts = known[conditions] { return shifts }
    let shifts = find(conditions)
    known[conditions] = shifts
    return shifts
  }

  private func find(_ conditions: TourStopWork.Conditions) -> Shifts {
    let always = [TimeWindow(earliest: 0, latest: Seconds(Self.never))]
    let windows = conditions.windows.isEmpty ? always : calendar.windows(conditions.windows)
    let nights = conditions.isNightOnly ? calendar.windows([request.night]) : always
    // A pin is about one of several people.
    var each = conditions
    if conditions.people > 1 { each.inspector = nil }
    var shifts = Shifts(windows: windows, nights: nights)
    for shift in calendar.shifts where held[shift.inspector].isSuperset(of: conditions.qualifications) {
      let inspector = request.inspectors[shift.inspector]
      guard ShiftRefusal(of: each, by: inspector, on: shift.day) == nil else { continue }
      shifts.inspectors.insert(shift.inspector)
      var span = calendar.span(shift)
      span.earliest = max(span.earliest, Seconds(earliest))
      guard span.earliest <= span.latest else { continue }
      let length = span.latest.value - span.earliest.value
      let longest = min(length, inspector.longestWork?.value ?? length)
      for night in nights where night.latest >= span.earliest && night.earliest <= span.latest {
        for window in windows where window.latest >= span.earliest && window.earliest <= span.latest {
          let begin = max(window.earliest, night.earliest, span.earliest).value
          guard begin <= min(window.latest, night.latest).value else { continue }
          let opening = Opening(
            inspector: shift.inspector, sinceShift: begin - span.earliest.value, untilLast: window.latest.value - begin,
            untilNight: night.latest.value - begin, untilEnd: span.latest.value - begin, longest: longest)
          shifts.openings.append((begin, opening))
          shifts.kinds[opening, default: 0] += 1
        }
      }
    }
    return shifts
  }
}

extension TimeWindow {
  /// `nil` where nothing is left.
  fileprivate func endingEarlier(by seconds: Int) -> TimeWindow? {
    let latest = latest.value - seconds
    return latest < earliest.value ? nil : TimeWindow(earliest: earliest, latest: Seconds(latest))
  }

  /// What two sorted lists of disjoint windows have in common, as such a list.
  fileprivate static func common(_ some: [TimeWindow], _ others: [TimeWindow]) -> [TimeWindow] {
    some.flatMap { a in
      others.compactMap { b in
        let (earliest, latest) = (max(a.earliest, b.earliest), min(a.latest, b.latest))
        return earliest <= latest ? TimeWindow(earliest: earliest, latest: latest) : nil
      }
    }
  }
}
