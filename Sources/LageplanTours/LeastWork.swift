import LageplanGeometry

/// The departure and the breaks with which a sequence takes the least time from its start to its end.
struct LeastWork {
  private struct Choice {
    var label: WorkLabel
    /// On which leg each break lies.
    var breaks: [Int] = []
  }

  /// `nil` where every choice misses something.
  private(set) var tour: (label: WorkLabel, breaks: [Int])?

  init(_ sequence: [Int], _ shift: TourShift, _ problem: TourProblem) {
    let travel = problem.travel(profile: shift.profile)
    let fixed = Set(shift.fixed)
    let (begins, ends) = (Int32(shift.span.earliest.value), Int32(shift.span.latest.value))
    let loads = problem.loads(along: sequence)
    var choices = [Choice(label: WorkLabel(from: begins, to: ends))]
    var place = shift.start
    for leg in 0...sequence.count {
      let job = leg < sequence.count ? problem.jobs[sequence[leg]] : nil
      let location = job?.location ?? shift.end
      let setUp = job.map { problem.setUp(at: $0, from: place) } ?? 0
      let way = Int32(travel.seconds(from: place, to: location).value + setUp)
      var arrived = choices.map { Choice(label: $0.label.going(way), breaks: $0.breaks) }
      for choice in choices where choice.breaks.count < shift.breaks.count {
        let pause = shift.breaks[choice.breaks.count]
        guard pause.largestLoad.map({ loads[leg].fits(into: $0) }) ?? true else { continue }
        let (opens, closes) = (Int32(pause.window.earliest.value), Int32(pause.window.latest.value))
        if let label = choice.label.going(way, pausing: Int32(pause.duration.value), from: opens, to: closes) {
          arrived.append(Choice(label: label, breaks: choice.breaks + [leg]))
        }
      }
      choices = []
      for choice in arrived {
        for label in Self.served(choice.label, job, isFixed: job != nil && fixed.contains(sequence[leg]), shift)
        where label.latest >= begins && !choices.contains(where: { $0.label.isAsGood(as: label) }) {
          choices.removeAll { label.isAsGood(as: $0.label) }
          choices.append(Choice(label: label, breaks: choice.breaks))
        }
      }
      place = location
    }
    let whole = choices.filter { $0.breaks.count == shift.breaks.count }
    tour = whole.min { ($0.label.least, $0.label.departure) < ($1.label.least, $1.label.departure) }.map { ($0.label, $0.breaks) }
  }

  /// After the visit, or at the end: one for each window that can be reached.
  private static func served(_ label: WorkLabel, _ job: TourJob?, isFixed: Bool, _ shift: TourShift) -> [WorkLabel] {
    guard let job else {
      return label.serving(0, from: 0, to: Int32(shift.span.latest.value)).map { [$0] } ?? []
    }
    let service = Int32(job.service(onType: shift.type).value)
    guard !job.windows.isEmpty else { return [label.going(service)] }
    let open = job.windows.compactMap {
      label.serving(service, from: Int32($0.earliest.value), to: Int32($0.latest.value))
    }
    return open.isEmpty && isFixed ? [label.going(service)] : open
  }
}
