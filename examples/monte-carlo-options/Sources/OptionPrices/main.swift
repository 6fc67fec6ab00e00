import Foundation
import Pricing
import TaskFarm

// Prices European and Asian calls over a grid of strikes and volatilities, and prints them beside what is
// known. Usage: OptionPrices [PATHS] Exits with 1 if a European price is not within three standard errors of
// the closed form.

guard let paths = Int(CommandLine.arguments.dropFirst().first ?? "200000"), paths >= 2 else {
    FileHandle.standardError.write(Data("usage: OptionPrices [PATHS], a number from 2 up\n".utf8))
    exit(2)
}
let grid = Grid(strikes: [80, 90, 100, 110, 120], volatilities: [0.1, 0.2, 0.3, 0.4], paths: paths)
do {
    let farm = try await TaskClient.connect(patience: .seconds(10))
    let task = TaskOptions(name: "option-prices", retry: RetryPolicy(failure: 1), timeout: .seconds(600))
    let estimates = try await farm.map(PriceOption.self, grid.options, options: MapOptions(task))
    await farm.close()
    exit(grid.report(estimates) ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("OptionPrices: \(error)\n".utf8))
    exit(1)
}
