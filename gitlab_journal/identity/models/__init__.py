"""How models are described: estimators, networks, boosted trees, what they have learnt."""
