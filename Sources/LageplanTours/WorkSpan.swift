/// Whether a tour is possible within its longest work, over all departures, breaks and windows, and with no more on board during breaks than may be: labels are carried along it, and only those kept that may still be best.
struct WorkSpan {
  /// More choices than that at one point are not followed; a plan whose only hope they were is not taken.
  private static let most = 32

  private let begins: Int32
  private let limit: Int32
  /// What is on board.
  private var load: SIMD4<Int32>
  private var labels: InlineArray<32, WorkLabel>
  private var count = 1

  /// A tour on a shift that begins with so much on board; what takes longer than the shift's limit is not followed.
  init(_ shift: SearchShift, load: SIMD4<Int32>) {
    self.load = load
    begins = shift.begins
    limit = shift.longestWork
    labels = InlineArray(repeating: WorkLabel(from: shift.begins, to: shift.ends))
  }

  /// Nothing is left within the limit.
  var isOver: Bool { count == 0 }

  /// Takes the way from `place` to `node`, with or without a break, and serves there or ends.
  mutating func visit(_ node: Int, from place: Int, _ shift: Int, _ space: borrowing SearchSpace) {
    let way = space.way(place, node, shift)
    let breakCount = space.shift[shift].breakCount
    let (former, formerCount) = (labels, count)
    count = 0
    for index in 0..<formerCount {
      let label = former[index]
      serve(node, label.going(way), shift, space)
      guard label.taken < breakCount else { continue }
      let pause = space.breaks[Int(space.shift[shift].firstBreak &+ label.taken)]
      guard all(load .<= pause.largestLoad) else { continue }
      if let paused = label.going(way, pausing: pause.duration, from: pause.opens, to: pause.closes) {
        serve(node, paused, shift, space)
      }
    }
    if node < space.jobCount { load &+= space.job[node].load }
  }

  private mutating func serve(_ node: Int, _ label: WorkLabel, _ shift: Int, _ space: borrowing SearchSpace) {
    guard node < space.jobCount else {
      guard label.taken == space.shift[shift].breakCount else { return }
      if let ended = label.serving(0, from: 0, to: space.shift[shift].ends) { keep(ended) }
      return
    }
    let service = space.service(of: node, on: shift)
    let first = Int(space.job[node].firstWindow)
    var isOpen = false
    for window in first..<(first &+ Int(space.job[node].windowCount)) {
      guard let served = label.serving(service, from: space.windows[window].opens, to: space.windows[window].closes) else {
        continue
      }
      isOpen = true
      keep(served)
    }
    // A fixed job is not asked for its windows.
    if !isOpen, space.isFixed[node] { keep(label.going(service)) }
  }

  private mutating func keep(_ label: WorkLabel) {
    guard label.latest >= begins, label.least <= limit else { return }
    var place = 0
    while place < count {
      if labels[place].isAsGood(as: label) { return }
      if label.isAsGood(as: labels[place]) {
        count &-= 1
        labels[place] = labels[count]
      } else {
        place &+= 1
      }
    }
    guard count < Self.most else { return }
    labels[count] = label
    count &+= 1
  }
}
