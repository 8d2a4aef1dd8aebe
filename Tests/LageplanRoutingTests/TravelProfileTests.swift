import Foundation
import LageplanRouting
import TestSupport
import Testing

/// What the profiles of this checkout make of tags, and what a profile's file must not say.
@Suite struct TravelProfileTests {
  /// Speeds along and against one street of 1 km with these tags, in km/h as the graph has them; 0: closed.
  private func speeds(_ profile: String, _ tags: OsmTags) throws -> [Int] {
    var sketch = StreetSketch("a...................b")
    sketch.way("ab", tags)
    let roads = try sketch.roads(profile)
    return ["ab", "ba"].map { pair in
      guard let arc = roads.arc(beginning: pair) else { return 0 }
      let time = roads.graph.stepRange(of: arc).reduce(0) { $0 + Int(roads.graph.stepDurations[$1]) }
      return Int((Double(roads.roads.network.lengths[0]) * 3.6 / Double(time)).rounded())
    }
  }

  @Test(
    arguments: [
      ("car", ["highway": "residential"], [26, 26]), ("car", ["highway": "secondary", "maxspeed": "50"], [43, 43]),
      ("car", ["highway": "secondary", "maxspeed": "30 mph"], [41, 41]),
      ("car", ["highway": "primary", "maxspeed:forward": "100", "maxspeed": "70"], [85, 60]),
      ("car", ["highway": "motorway", "maxspeed": "none"], [119, 0]),
      ("car", ["highway": "residential", "surface": "sett"], [26, 26]),
      ("car", ["highway": "residential", "surface": "gravel"], [20, 20]), ("car", ["highway": "footway"], [0, 0]),
      ("car", ["highway": "footway", "motor_vehicle": "yes"], [8, 8]),
      ("car", ["highway": "track", "motor_vehicle": "agricultural"], [0, 0]),
      ("maintenance-van", ["highway": "track", "motor_vehicle": "agricultural"], [10, 10]),
      ("car", ["highway": "residential", "access": "no", "motorcar": "yes"], [26, 26]),
      ("car", ["highway": "residential", "access": "no"], [0, 0]),
      ("car", ["highway": "residential", "motor_vehicle": "agricultural;destination"], [26, 26]),
      ("car", ["highway": "tertiary", "junction": "roundabout"], [42, 0]),
      ("car", ["highway": "tertiary", "oneway": "reversible"], [0, 0]),
      ("car", ["highway": "tertiary", "maxheight": "1.6"], [0, 0]),
      ("maintenance-van", ["highway": "service", "maxweight": "2.8"], [0, 0]),
      ("maintenance-van", ["highway": "service", "maxweight": "7500 kg"], [14, 14]),
      ("maintenance-van", ["highway": "footway", "width": "3"], [8, 8]),
      ("maintenance-van", ["highway": "footway", "width": "1,8 m"], [0, 0]),
      ("maintenance-van", ["highway": "footway"], [0, 0]), ("car", ["highway": "footway", "width": "3"], [0, 0]),
      ("bicycle", ["highway": "residential", "oneway": "yes"], [17, 4]),
      ("bicycle", ["highway": "residential", "oneway": "yes", "cycleway": "opposite_lane"], [17, 17]),
      ("bicycle", ["highway": "pedestrian"], [4, 4]), ("bicycle", ["highway": "path", "bicycle": "no"], [4, 4]),
      ("bicycle", ["highway": "footway", "bicycle": "yes"], [8, 8]),
      ("bicycle", ["highway": "trunk", "motorroad": "yes"], [0, 0]),
      ("cargo-bike", ["highway": "steps"], [0, 0]), ("bicycle", ["highway": "steps"], [4, 4]),
      ("foot", ["highway": "motorway"], [0, 0]),
      ("foot", ["highway": "cycleway", "foot": "no"], [0, 0]), ("foot", ["highway": "residential", "oneway": "yes"], [5, 5]),
      ("foot", ["highway": "construction"], [0, 0]),
    ] as [(String, OsmTags, [Int])]) func tagsMeanSpeeds(profile: String, tags: OsmTags, expected: [Int]) throws
  {
    #expect(try speeds(profile, tags) == expected)
  }

  @Test func everyProfileOfTheCheckoutIsRead() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Profiles.folder.path).filter { $0.hasSuffix(".json") }
    #expect(files.count == 5)
    for file in files { #expect(try Profiles.read(String(file.dropLast(5))).id + ".json" == file) }
  }

  @Test(arguments: [
    (#""share": 0.85"#, #""shore": 0.85"#, "maxspeed.share: it is missing"),
    (#""nearSide": 2.5"#, #""nearSide": "two""#, "turns.nearSide: a number"),
    (#""passesOthers": false"#, #""passesOthers": 0"#, "barriers.passesOthers: true or false"),
    (#""greatestSpeed": 130"#, #""greatestSpeed": 900"#, "from 1.0 to 200.0"),
    (#""kind": "car""#, #""kind": "boat""#, "car, bicycle, foot"),
    (#""greatestSpeed""#, #""colour": "red", "greatestSpeed""#, "colour: there is no such setting"),
    (#""tertiary": 42"#, #""tertiary": true"#, "ways.tertiary: a number"), (#""id": "car","#, "", "id: it is missing"),
    (#""bollard", "block""#, #""gate", "block""#, "stands in passed"), (#""id""#, "id", "not JSON"),
  ]) func aSlipOfThePenIsNamedWithItsPlace(text: String, wrong: String, words: String) throws {
    let json = try String(contentsOf: Profiles.folder.appendingPathComponent("car.json"), encoding: .utf8)
    #expect(json.contains(text))
    let broken = json.replacing(text, with: wrong, maxReplacements: 1)
    let error = #expect(throws: TravelProfileError.self) { try TravelProfile(json: Data(broken.utf8), file: "car.json") }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  @Test func aProfileThatIsNotThereIsNamedWithThoseThatAre() throws {
    let error = #expect(throws: TravelProfileError.self) { try Profiles.read("tram") }
    #expect(error?.description.contains("bicycle, car, cargo-bike, foot, maintenance-van") == true)
  }
}
