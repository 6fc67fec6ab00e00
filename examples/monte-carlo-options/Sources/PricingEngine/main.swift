import FarmEngine
import Pricing

await Engine.main(functions: [PriceOption.self])
