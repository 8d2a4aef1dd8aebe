/// Strongly connected components of arcs, numbered from the largest; of equal ones, the one whose first arc comes first is first.
///
/// Tarjan's algorithm (1972, doi:10.1137/0201010) with a stack of its own: a road network is deeper than the machine's.
struct StrongComponents {
  /// -1: left out.
  private(set) var numbers: [Int32]
  private(set) var count = 0

  init(_ turns: BaseTurns, including isIncluded: (Int) -> Bool) {
    numbers = [Int32](repeating: -1, count: turns.arcCount)
    let isIn = (0..<turns.arcCount).map(isIncluded)
    var found = [Int32](repeating: -1, count: turns.arcCount)
    var lowest = [Int32](repeating: 0, count: turns.arcCount)
    var open: [Int32] = []
    var path: [(arc: Int32, next: Int32)] = []
    var sizes: [Int32] = []
    var time: Int32 = 0

    for root in 0..<turns.arcCount where isIn[root] && found[root] < 0 {
      path.append((Int32(root), Int32(turns.taken(of: root).lowerBound)))
      while let (arc32, next) = path.last {
        let arc = Int(arc32)
        if found[arc] < 0 {
          found[arc] = time
          lowest[arc] = time
          time += 1
          open.append(arc32)
        }
        if Int(next) < turns.taken(of: arc).upperBound {
          path[path.count - 1].next += 1
          let target = Int(turns.targets[Int(next)])
          guard isIn[target] else { continue }
          if found[target] < 0 {
            path.append((Int32(target), Int32(turns.taken(of: target).lowerBound)))
          } else if numbers[target] < 0 {
            lowest[arc] = min(lowest[arc], found[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last { lowest[Int(parent.arc)] = min(lowest[Int(parent.arc)], lowest[arc]) }
        guard lowest[arc] == found[arc] else { continue }
        var size: Int32 = 0
        while let member = open.popLast() {
          numbers[Int(member)] = Int32(sizes.count)
          size += 1
          if member == arc32 { break }
        }
        sizes.append(size)
      }
    }
    renumber(sizes)
  }

  private mutating func renumber(_ sizes: [Int32]) {
    count = sizes.count
    var firstArc = [Int32](repeating: .max, count: sizes.count)
    for (arc, number) in numbers.enumerated() where number >= 0 { firstArc[Int(number)] = min(firstArc[Int(number)], Int32(arc)) }
    let order = sizes.indices.sorted { (-sizes[$0], firstArc[$0]) < (-sizes[$1], firstArc[$1]) }
    var place = [Int32](repeating: 0, count: sizes.count)
    for (new, old) in order.enumerated() { place[old] = Int32(new) }
    for arc in numbers.indices where numbers[arc] >= 0 { numbers[arc] = place[Int(numbers[arc])] }
  }
}
