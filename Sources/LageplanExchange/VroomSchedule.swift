/// Times for the steps that a document fixes (VROOM's plan mode): the least sum of seconds too early and too late, and of all those the shortest tour.
///
/// The order is fixed, so only the begins are free. What each of them misses is piecewise linear with corners at the ends of its windows; in an optimal
/// timetable every block of steps that follow each other without a pause touches such a corner (as in timing problems without idle cost: Vidal, Crainic,
/// Gendreau, Prins 2015, doi:10.1007/s10288-015-0283-2). So a dynamic programme over these moments, moved along the tour, is exact. With breaks on a way,
/// that way is driven as early as it can be, which may cost optimality there.
struct VroomSchedule {
  /// On the document's clock, of the start, the items and the end.
  private(set) var departure = 0
  private(set) var begins: [Int] = []

  /// What stands at one place of the order.
  private struct Stop {
    var windows: [VroomInput.Window]
    /// Work, set-up included.
    var work: Int
    /// The way that begins before it.
    var way: Int
    var beginsWay: Bool
    var isBreak: Bool
    var earliest: Int
    var latest: Int

    func miss(_ moment: Int) -> Int { VroomRoute.miss(moment, windows)?.1 ?? 0 }
  }

  private struct State {
    var moment: Int
    /// Seconds missed, then seconds of the tour.
    var cost: (miss: Int, length: Int)
    /// Of the way that is still to go.
    var rest: Int
    var previous: Int32
  }

  enum Failure: Error {
    /// The moments that the steps prescribe cannot be kept in this order.
    case cannotBeKept
    case tooManyMoments
  }

  /// More corners of windows than these are thinned out: nobody checks such tours by hand.
  private static let mostCorners = 1_500
  /// Of all stops together; four bytes are kept of each.
  private static let mostMoments = 50_000_000

  /// Throws ``Failure``, and what `step`, which is called before each stop, throws.
  init(
    _ items: [VroomRoute.Item], steps: [VroomInput.Step?], start: VroomInput.Step?, end: VroomInput.Step?, of vehicle: Int,
    in problem: VroomProblem, step: () throws -> Void
  ) throws {
    let about = problem.input.vehicles[vehicle]
    let legs = VroomLegs(items, of: vehicle, in: problem)
    func stop(_ windows: [VroomInput.Window], _ rule: VroomInput.Step?, work: Int, _ index: Int, isBreak: Bool = false) -> Stop {
      Stop(
        windows: windows, work: work, way: index < 0 ? 0 : legs.way[index], beginsWay: index < 0 || legs.beginsAt[index],
        isBreak: isBreak, earliest: max(rule?.at ?? 0, rule?.after ?? 0), latest: min(rule?.at ?? .max, rule?.before ?? .max))
    }
    let span = about.window.map { [$0] } ?? []
    var stops = [stop(span, start, work: 0, -1)]
    for (index, item) in items.enumerated() {
      switch item {
      case .task(let number):
        stops.append(
          stop(problem.input.tasks[number].windows, steps[index], work: legs.setUp[index] + legs.service[index], index))
      case .pause(let number):
        let pause = about.breaks[number]
        stops.append(stop(pause.windows, steps[index], work: pause.service, index, isBreak: true))
      }
    }
    stops.append(stop(span, end, work: 0, items.count))
    let moments = try Self.times(of: stops, step)
    departure = moments[0]
    begins = Array(moments[1..<(moments.count - 1)])
  }

  private static func times(of stops: [Stop], _ step: () throws -> Void) throws -> [Int] {
    let candidates = Candidates(stops)
    guard candidates.corners.count * stops.count <= mostMoments else { throw Failure.tooManyMoments }
    var layer: [State] = []
    /// Of each stop and each of its states, the number of the state before it.
    var origins: [[Int32]] = []
    for (index, stop) in stops.enumerated() {
      try step()
      layer = Self.layer(
        candidates.moments(of: stop, index), stop, behind: index == 0 ? nil : layer, stops[max(0, index - 1)],
        isLast: index + 1 == stops.count)
      guard !layer.isEmpty else { throw Failure.cannotBeKept }
      origins.append(layer.map(\.previous))
    }
    var at = layer.indices.min { layer[$0].cost < layer[$1].cost } ?? 0
    var moments: [Int] = []
    for (index, stop) in stops.enumerated().reversed() {
      // Out of reach are always the first of the moments.
      let reached = candidates.moments(of: stop, index).suffix(origins[index].count)
      moments.append(reached[reached.startIndex + at])
      at = Int(origins[index][at])
    }
    return moments.reversed()
  }

  /// The moments at which stops may begin.
  private struct Candidates {
    /// Seconds since the start without any waiting, with the way before a break or behind it.
    private var early: [Int] = []
    private var late: [Int] = []
    /// Departures at which some stop begins at an end of its windows, rising.
    private(set) var corners: [Int] = []

    init(_ stops: [Stop]) {
      var clock = 0
      var pending = 0
      for stop in stops {
        if stop.beginsWay { pending = stop.way }
        if !stop.isBreak {
          clock += pending
          pending = 0
        }
        early.append(clock)
        late.append(clock + pending)
        clock += stop.work
      }
      var windows = Set<Int>()
      // Without those that steps prescribe there may be no timetable at all.
      var prescribed: Set = [0]
      for (index, stop) in stops.enumerated() {
        for window in stop.windows {
          for moment in [window.opens, window.closes] { windows.formUnion([moment - early[index], moment - late[index]]) }
        }
        for moment in [stop.earliest, stop.latest] where moment > 0 && moment < .max {
          prescribed.formUnion([moment - early[index], moment - late[index]])
        }
      }
      var thinned = windows.sorted()
      if thinned.count > mostCorners {
        let step = thinned.count / mostCorners + 1
        thinned = thinned.enumerated().filter { $0.offset.isMultiple(of: step) }.map(\.element)
      }
      corners = prescribed.union(thinned).sorted()
    }

    func moments(of stop: Stop, _ index: Int) -> [Int] {
      var moments = corners.map { $0 + early[index] }
      if late[index] > early[index] { moments = Set(moments).union(corners.map { $0 + late[index] }).sorted() }
      return moments.filter { max(0, stop.earliest) <= $0 && $0 <= stop.latest }
    }
  }

  /// The best way to reach each of the moments.
  private static func layer(
    _ moments: [Int], _ stop: Stop, behind before: [State]?, _ previous: Stop, isLast: Bool
  ) -> [State] {
    guard let before else {
      return moments.map { State(moment: $0, cost: (stop.miss($0), -$0), rest: 0, previous: 0) }
    }
    let isPlain = stop.beginsWay && !stop.isBreak
    var states: [State] = []
    var reached = 0
    var best: Int?
    for moment in moments {
      func ready(_ state: State) -> Int {
        state.moment + previous.work + (stop.isBreak ? 0 : stop.beginsWay ? stop.way : state.rest)
      }
      func rest(_ state: State) -> Int {
        stop.isBreak ? max(0, (stop.beginsWay ? stop.way : state.rest) - (moment - state.moment - previous.work)) : 0
      }
      if isPlain {
        // The states before are in the order of their moments: what was in reach stays in reach.
        while reached < before.count, ready(before[reached]) <= moment {
          if best.map({ before[reached].cost < before[$0].cost }) ?? true { best = reached }
          reached += 1
        }
      } else {
        best = before.indices.filter { ready(before[$0]) <= moment }.min {
          (before[$0].cost.miss, rest(before[$0]), before[$0].cost.length) < (
            before[$1].cost.miss, rest(before[$1]), before[$1].cost.length
          )
        }
      }
      guard let best else { continue }
      var cost = before[best].cost
      cost.miss += stop.miss(moment)
      if isLast { cost.length += moment }
      states.append(State(moment: moment, cost: cost, rest: rest(before[best]), previous: Int32(best)))
    }
    return states
  }
}
