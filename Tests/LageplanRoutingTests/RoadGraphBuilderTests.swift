import LageplanRouting
import TestSupport
import Testing

/// What a profile may do on small networks, told by the places that a traveller passes.
@Suite struct RoadGraphBuilderTests {
  ///       d
  ///       |
  ///     a-b-c
  ///       |
  ///       e
  private func crossing() -> StreetSketch {
    var sketch = StreetSketch("..d..\na.b.c\n..e..")
    sketch.way("ab")
    sketch.way("bc")
    sketch.way("bd")
    sketch.way("be")
    return sketch
  }

  @Test func atACrossingEveryWayOnIsOpenButTheOneBack() throws {
    let roads = try crossing().roads()
    #expect(roads.walks("ab") == ["abc", "abd", "abe"])
    #expect(roads.walks("ba") == ["bab"], "a is a dead end")
  }

  @Test func aStreetThatOnlyBendsIsOneArcEachWay() throws {
    var sketch = StreetSketch("a.b.c.d")
    sketch.way("ab")
    sketch.way("bc", ["highway": "tertiary"])
    sketch.way("cd")
    #expect(try sketch.roads().arcs == ["abcd", "dcba"])
  }

  @Test func aRingWithoutJunctionAndALoopAtAStreetKeepBothDirections() throws {
    var sketch = StreetSketch("a.b....\nd.c....\n...e.f.\n....g.h")
    sketch.way("abcda")
    sketch.way("ef")
    sketch.way("fghf")
    let roads = try sketch.roads()
    #expect(roads.walks("ab") == ["abcdabcda"])
    #expect(roads.walks("ad") == ["adcbadcba"])
    #expect(roads.walks("ef") == ["effghf".replacing("ff", with: "f"), "efhgf"])
    #expect(roads.walks("fg") == ["fghfe", "fghfghf"], "turning about in a loop is no turning back")
  }

  // MARK: Restrictions

  @Test(
    arguments: [
      ("no_left_turn", ["abc", "abe"]), ("only_straight_on", ["abc"]), ("no_straight_on", ["abc", "abd", "abe"]),
    ] as [(String, Set<String>)]) func aRestrictionAtANodeIsObeyed(kind: String, walks: Set<String>) throws
  {
    var sketch = crossing()
    // The way to d is forbidden, or only the one to c is allowed; a restriction the other way changes nothing.
    let to: Int64 = kind == "only_straight_on" ? 2 : 3
    sketch.restrict(from: kind == "no_straight_on" ? 4 : 1, at: "b", to: to, ["restriction": kind])
    #expect(try sketch.roads().walks("ab") == walks)
  }

  @Test(
    arguments: [
      (["restriction": "no_left_turn", "except": "bicycle;psv"], "bicycle", 3),
      (["restriction": "no_left_turn", "except": "bicycle;psv"], "car", 2), (["restriction:hgv": "no_left_turn"], "car", 3),
      (["restriction:motorcar": "no_left_turn"], "car", 2), (["restriction": "no_left_turn"], "foot", 3),
      (["restriction:conditional": "no_left_turn @ (Mo-Fr 07:00-09:00)"], "car", 3),
    ] as [(OsmTags, String, Int)]) func restrictionsConcernThoseWhomTheyName(tags: OsmTags, profile: String, ways: Int) throws
  {
    var sketch = crossing()
    sketch.restrict(from: 1, at: "b", to: 3, tags)
    #expect(try sketch.roads(profile).walks("ab").count == ways)
  }

  ///     a-b-c     the turn about from ab over bd to de is forbidden,
  ///       |       from cb it is not
  ///     e-d-f
  private func avenue(_ kind: String, to: Int64 = 4) throws -> SketchRoads {
    var sketch = StreetSketch("a.b.c\ne.d.f")
    sketch.way("ab")
    sketch.way("bc")
    sketch.way("bd")
    sketch.way("de")
    sketch.way("df")
    sketch.restrict(from: 1, over: [3], to: to, ["restriction": kind])
    return try sketch.roads()
  }

  @Test func aRestrictionOverAWayConcernsOnlyThoseWhoCameThatWay() throws {
    let roads = try avenue("no_u_turn")
    #expect(roads.walks("ab", turns: 2) == ["abcb", "abdf"])
    #expect(roads.walks("cb", turns: 2) == ["cbab", "cbde", "cbdf"])
    #expect(roads.walks("bd", turns: 1) == ["bde", "bdf"], "who begins on the way over is free")
    let only = try avenue("only_right_turn")
    #expect(only.walks("ab", turns: 2) == ["abcb", "abde"])
    #expect(only.walks("cb", turns: 2) == ["cbab", "cbde", "cbdf"])
  }

  @Test func aRestrictionOverAWayIsMetByEveryEndOfTheWay() throws {
    let roads = try avenue("no_u_turn")
    let base = try #require(roads.arc(beginning: "bd"))
    let step = roads.graph.steps[Int(roads.graph.firstStep[base])]
    let uses = Int(roads.graph.firstUse[Int(step)])..<Int(roads.graph.firstUse[Int(step) + 1])
    #expect(uses.count == 2, "the arc and its copy")
    #expect(Int(roads.graph.stepArcs[Int(roads.graph.uses[uses.lowerBound])]) == base)
  }

  /// Random restrictions over one to three ways on a grid: the walks that the graph allows are those that break none of them.
  @Test(arguments: [Seed(1), Seed(2), Seed(3), Seed(4), Seed(5), Seed(6)])
  func walksAreThoseThatBreakNoRestriction(seed: Seed) throws {
    var seed = seed
    var sketch = StreetSketch("a.b.c.d\ne.f.g.h\ni.j.k.l")
    let names = ["ab", "bc", "cd", "ef", "fg", "gh", "ij", "jk", "kl", "ae", "bf", "cg", "dh", "ei", "fj", "gk", "hl"]
    for name in names { sketch.way(name) }
    func next(_ walk: String) -> [String] {
      let end = walk.suffix(1)
      return names.compactMap { name in
        guard name.contains(end) else { return nil }
        let other = name.first { String($0) != end }.map { String($0) } ?? ""
        return walk.dropLast().suffix(1) == other ? nil : walk + other
      }
    }
    var forbidden: [String] = []
    var only: [String] = []
    for _ in 0..<24 {
      let first = names.randomElement(using: &seed) ?? "ab"
      var walk = Bool.random(using: &seed) ? first : String(first.reversed())
      for _ in 0..<Int.random(in: 1...4, using: &seed) { walk = next(walk).randomElement(using: &seed) ?? walk }
      let numbers = zip(walk, walk.dropFirst()).map { pair in
        Int64(1 + (names.firstIndex { $0.contains(pair.0) && $0.contains(pair.1) } ?? 0))
      }
      guard numbers.count > 1, Set(numbers).count == numbers.count else { continue }
      let isOnly = Int.random(in: 0..<6, using: &seed) == 0
      let tags: OsmTags = ["restriction": isOnly ? "only_straight_on" : "no_left_turn"]
      if numbers.count == 2 {
        // At a node several "only" would add up; the oracle below takes one at a time.
        if isOnly { continue }
        sketch.restrict(from: numbers[0], at: Array(walk)[1], to: numbers[1], tags)
      } else {
        sketch.restrict(from: numbers[0], over: Array(numbers.dropFirst().dropLast()), to: numbers[numbers.count - 1], tags)
      }
      if isOnly { only.append(walk) } else { forbidden.append(walk) }
    }
    func breaks(_ walk: String) -> Bool {
      forbidden.contains(where: walk.contains)
        || only.contains { rule in
          walk.count > rule.count - 1
            && walk.indices.contains { start in
              let rest = walk[start...]
              return rest.hasPrefix(rule.dropLast()) && rest.count >= rule.count && !rest.hasPrefix(rule)
            }
        }
    }
    let roads = try sketch.roads()
    #expect(roads.roads.report.restrictionsTaken == roads.roads.report.restrictions)
    for name in names {
      var walks: Set = [name]
      for _ in 0..<5 {
        walks = walks.reduce(into: []) { found, walk in
          let onward = next(walk).filter { !breaks($0) }
          // Where nothing leads on, one may turn back.
          let back = walk + walk.dropLast().suffix(1)
          found.formUnion(onward.isEmpty && !breaks(back) ? [back] : onward)
        }
      }
      #expect(roads.walks(name, turns: 5) == walks, "\(seed): from \(name), forbidden \(forbidden), only \(only)")
    }
  }

  // MARK: Ends, barriers, one-way streets

  @Test func beforeABarrierOneTurnsBack() throws {
    var sketch = StreetSketch("a.b.c.d")
    sketch.way("abcd")
    sketch.tag("c", ["barrier": "bollard"])
    #expect(try sketch.roads("car").walks("ab") == ["abcba"])
    #expect(try sketch.roads("bicycle").walks("ab") == ["abcdcba"], "a bicycle passes a bollard")
  }

  @Test func aWordThatSaysNothingLeavesABarrierWhatItIs() throws {
    var sketch = StreetSketch("a.b.c.d")
    sketch.way("abcd")
    sketch.tag("c", ["barrier": "bollard", "access": "unknown"])
    #expect(try sketch.roads("car").walks("ab") == ["abcba"])
  }

  @Test func aGateForThoseWhoHaveToDoThereIsNoWayThroughButIntoWhatLiesBehind() throws {
    var sketch = StreetSketch("a.b.c")
    sketch.way("ab")
    sketch.way("bc")
    sketch.tag("b", ["barrier": "lift_gate", "access": "customers"])
    #expect(try sketch.roads("car").walks("ab") == ["aba"])
    var yard = StreetSketch("a.b.c")
    yard.way("ab")
    yard.way("bc", ["highway": "service", "access": "customers"])
    yard.tag("b", ["barrier": "lift_gate", "access": "customers"])
    #expect(try yard.roads("car").walks("ab") == ["abc"])
  }

  @Test func aGateCostsItsTimeAndNothingElse() throws {
    var sketch = StreetSketch("a.b.c")
    sketch.way("abc")
    let free = try sketch.roads()
    sketch.tag("b", ["barrier": "gate"])
    let gated = try sketch.roads()
    func time(_ roads: SketchRoads) -> Int32 { roads.graph.stepDurations.reduce(0, +) }
    #expect(gated.arcs == free.arcs)
    // 20 s each way; cutting the edge may round each half by half a tenth.
    #expect(abs(time(gated) - time(free) - 400) <= 4)
  }

  @Test func oneWayStreetsAreTravelledAsTheyPoint() throws {
    var sketch = StreetSketch("a.b.c")
    sketch.way("ab", ["highway": "residential", "oneway": "yes"])
    sketch.way("bc", ["highway": "residential", "oneway": "-1"])
    let roads = try sketch.roads()
    #expect(roads.arcs == ["ab", "cb"])
    #expect(roads.walks("ab").isEmpty, "no way on and none back")
    #expect(try sketch.roads("foot").arcs == ["abc", "cba"])
    // A bicycle is ridden where it may be and pushed against the street: 100 m at 4 km/h.
    let bicycle = try sketch.roads("bicycle")
    #expect(bicycle.arcs == ["abc", "cba"])
    let back = try #require(bicycle.arc(beginning: "cb"))
    #expect(bicycle.graph.stepRange(of: back).map { bicycle.graph.stepDurations[$0] } == [212, 900])
    sketch.elements.ways[0].tags = ["highway": "residential", "oneway": "yes", "oneway:bicycle": "no"]
    let free = try sketch.roads("bicycle")
    let ridden = try #require(free.arc(beginning: "cb"))
    #expect(free.graph.stepRange(of: ridden).map { free.graph.stepDurations[$0] } == [212, 212])
  }

  @Test func aStreetForResidentsIsNoWayThrough() throws {
    // The short way b-c is for residents only, the long one over d is open.
    var sketch = StreetSketch("a.b.c.e\n...d...")
    sketch.way("ab")
    sketch.way("bc", ["highway": "residential", "motor_vehicle": "destination"])
    sketch.way("bd")
    sketch.way("dc")
    sketch.way("ce")
    let roads = try sketch.roads()
    #expect(roads.walks("ab") == ["abc", "abdc"])
    #expect(roads.walks("ab", turns: 2) == ["abcb", "abdce", "abdcb"], "who enters does not come out at the other end")
    #expect(roads.walks("bc") == ["bce", "bcdb"], "who begins there goes where he likes")
    #expect(Set(roads.graph.components) == [0], "the street belongs to the network")
    #expect(try sketch.roads("maintenance-van").walks("ab", turns: 2).contains("abce"), "the town's own vehicles pass")
  }

  @Test func openStreetsBehindAStreetForResidentsAreReached() throws {
    var sketch = StreetSketch("a.b.c.d\nf.g....")
    sketch.way("ab")
    sketch.way("bc", ["highway": "residential", "motor_vehicle": "destination"])
    sketch.way("cd")
    sketch.way("bg")
    sketch.way("gf")
    #expect(try sketch.roads().walks("ab", turns: 2).contains("abcd"))
  }

  // MARK: Times

  @Test func turnsCostBySideAndTheSidesChangeWithTheTraffic() throws {
    let (right, left) = (try crossing().roads(), try crossing().roads(side: .left))
    #expect(right.turnDuration("ab", "bc") == 0)
    let (across, near) = (try #require(right.turnDuration("ab", "bd")), try #require(right.turnDuration("ab", "be")))
    #expect(across == 40, "4 s across the other lane at a right angle")
    #expect(near == 25)
    #expect(left.turnDuration("ab", "bd") == near)
    #expect(left.turnDuration("ab", "be") == across)
  }

  @Test func aStepTakesItsLengthAtItsSpeed() throws {
    var sketch = StreetSketch("a.b")
    sketch.way("ab", ["highway": "residential", "maxspeed": "30"])
    let roads = try sketch.roads()
    // 100 m at 85 % of 30 km/h.
    #expect(roads.roads.network.lengths[0] == 1000)
    #expect(roads.graph.stepDurations[0] == Int32((1000 * 3.6 / 25.5).rounded()))
  }

  @Test func aFerryTakesTheTimeThatItSays() throws {
    var sketch = StreetSketch("a.b.c")
    sketch.way("abc", ["route": "ferry", "duration": "00:20"])
    sketch.way("ab")
    let roads = try sketch.roads()
    let ferry = (0..<roads.graph.arcCount).map { arc in
      roads.graph.stepRange(of: arc).reduce(0) { $0 + roads.graph.stepDurations[$1] }
    }
    // 20 min and 5 min of waiting, half of it on each half of the way.
    #expect(ferry.contains(7500))
  }

  // MARK: What is broken

  @Test func aMissingNodeCutsItsWayAndIsCounted() throws {
    var sketch = StreetSketch("a.b.c.d.e")
    sketch.way("abcde")
    let missing = sketch.id("c")
    sketch.elements.nodes.removeAll { $0.id == missing }
    let roads = try sketch.roads()
    #expect(roads.arcs == ["ab", "ba", "de", "ed"])
    #expect(roads.roads.report.missingNodes == 1)
    #expect(roads.roads.report.cutWays == 1)
    #expect(roads.roads.report.usedNodes == 5)
  }

  @Test func restrictionsThatCannotBeToldAreCountedByReason() throws {
    var sketch = crossing()
    sketch.restrict(from: 1, at: "b", to: 9, ["restriction": "no_left_turn"])
    sketch.restrict(from: 1, at: "b", to: 3, ["restriction": "give_way"])
    sketch.restrict(from: 1, at: "b", to: 3, ["restriction:conditional": "no_left_turn @ (Mo-Fr)"])
    sketch.restrict(from: 1, over: [2], to: 3, ["restriction": "no_left_turn"])
    sketch.restrict(from: 1, over: [], to: 3, ["restriction": "no_left_turn"])
    let report = try sketch.roads().roads.report
    #expect(report.restrictionsLeftOut == [.absent: 1, .unknownKind: 1, .conditional: 1, .unclear: 1, .incomplete: 1])
    #expect(report.restrictionsTaken == 0)
  }
}
