import ArgumentParser

@main
struct Lageplan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lageplan", abstract: "Where every municipal object stands.")
}
