import LageplanFeatures
import LageplanGeometry

/// The parameters `filter`, `filter-lang` and `filter-crs` (OGC 19-079r2, section 8): a condition in CQL2 (OGC 21-065r2).
enum FilterParameter {
  static let languages = ["cql2-text", "cql2-json"]

  /// The condition, its names and types checked and its geometries in the system in which the collection is stored; `nil` where there
  /// is none. Throws 400 with the place of what is wrong.
  static func filter(_ query: RequestQuery, of descriptor: CollectionDescriptor) throws(Problem) -> FilterExpression? {
    let crs = try query.crs("filter-crs", of: descriptor) ?? .crs84
    let language = query["filter-lang"] ?? languages[0]
    guard languages.contains(language) else {
      throw Problem.badParameter("filter-lang", value: language, "Filters are read in \(languages.joined(separator: " and ")).")
    }
    guard let text = query["filter"] else {
      for name in ["filter-lang", "filter-crs"] {
        if let value = query[name] { throw Problem.badParameter(name, value: value, "It belongs to filter, which is missing.") }
      }
      return nil
    }
    let expression: FilterExpression
    do throws(FilterSyntaxError) {
      expression =
        language == "cql2-json" ? try FilterExpression(cql2JSON: Array(text.utf8)) : try FilterExpression(cql2Text: text)
    } catch {
      throw problem(error)
    }
    do throws(FilterFaults) {
      return try expression.resolved(against: descriptor, literalsIn: crs)
    } catch {
      throw problem(error, text)
    }
  }

  private static func problem(_ error: FilterSyntaxError) -> Problem {
    var problem = Problem.badParameter("filter", value: error.found, "\(error)")
    problem.code = "invalid-filter"
    switch error.place {
    case .byte(let position): problem.extensions.append(("position", .integer(Int64(position))))
    case .path(let path): problem.extensions.append(("path", .text(path)))
    }
    problem.extensions.append(("expected", .text(error.expected)))
    return problem
  }

  private static func problem(_ error: FilterFaults, _ text: String) -> Problem {
    var problem = Problem.badParameter("filter", value: text, "\(error)")
    problem.code = "invalid-filter"
    problem.faults = error.faults.map { ["detail": .text($0.description)] }
    return problem
  }
}

extension FilterFunction {
  /// What filters may call, as Features Part 3 lists it (OGC 19-079r2, section 8.7).
  static var document: JSONValue {
    [
      "functions": .array(
        all.map { function in
          [
            "name": .text(function.name), "description": .text(function.description),
            "arguments": .array(
              function.arguments.map {
                ["title": .text($0.title), "description": .text($0.description), "type": [.text($0.type.rawValue)]]
              }), "returns": [.text(function.returns.rawValue)],
          ]
        })
    ]
  }
}
