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
    var previous: Int
  }

  /// More corners than these are thinned out: nobody checks such tours by hand.
  private static let mostCorners = 1_500

  /// `nil`: the moments that the steps prescribe cannot be kept in this order.
  init?(
    _ items: [VroomRoute.Item], steps: [VroomInput.Step?], start: VroomInput.Step?, end: VroomInput.Step?, of vehicle: Int,
    in problem: VroomProblem
  ) {
    let about = problem.input.vehicles[vehicle]
    let legs = VroomLegs(items, of: vehicle, in: problem)
    func stop(_ windows: [VroomInput.Window], _ step: VroomInput.Step?, work: Int, _ index: Int, isBreak: Bool = false) -> Stop {
      Stop(
        windows: windows, work: work, way: index < 0 ? 0 : legs.way[index], beginsWay: index < 0 || legs.beginsAt[index],
        isBreak: isBreak, earliest: max(step?.at ?? 0, step?.after ?? 0), latest: min(step?.at ?? .max, step?.before ?? .max))
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
    guard let moments = Self.times(of: stops) else { return nil }
    departure = moments[0]
    begins = Array(moments[1..<(moments.count - 1)])
  }

  private static func times(of stops: [Stop]) -> [Int]? {
    // Since the start without any waiting, with the way before a break or behind it.
    var early: [Int] = []
    var late: [Int] = []
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
    var corners = Set<Int>()
    for (index, stop) in stops.enumerated() {
      var moments = stop.windows.flatMap { [$0.opens, $0.closes] } + [stop.earliest]
      if stop.latest < .max { moments.append(stop.latest) }
      for moment in moments { corners.formUnion([moment - early[index], moment - late[index]]) }
    }
    corners.insert(0)
    var sorted = corners.sorted()
    if sorted.count > mostCorners {
      let step = sorted.count / mostCorners + 1
      sorted = sorted.enumerated().filter { $0.offset % step == 0 }.map(\.element)
    }
    var layers: [[State]] = []
    for (index, stop) in stops.enumerated() {
      let moments = Set(sorted.flatMap { [$0 + early[index], $0 + late[index]] }).filter {
        max(0, stop.earliest) <= $0 && $0 <= stop.latest
      }
      let layer = layer(
        moments.sorted(), stop, behind: layers.last, stops[max(0, index - 1)], isFirst: index == 0,
        isLast: index + 1 == stops.count)
      guard !layer.isEmpty else { return nil }
      layers.append(layer)
    }
    guard let last = layers.last?.indices.min(by: { layers[layers.count - 1][$0].cost < layers[layers.count - 1][$1].cost })
    else { return nil }
    var moments: [Int] = []
    var at = last
    for layer in layers.reversed() {
      moments.append(layer[at].moment)
      at = layer[at].previous
    }
    return moments.reversed()
  }

  /// The best way to reach each of the moments.
  private static func layer(
    _ moments: [Int], _ stop: Stop, behind before: [State]?, _ previous: Stop, isFirst: Bool, isLast: Bool
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
      states.append(State(moment: moment, cost: cost, rest: rest(before[best]), previous: best))
    }
    return states
  }
}
