internal import Verify

for scenario in Catalogue.all { print(scenario.id) }
