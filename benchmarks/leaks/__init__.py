"""The leak test: what a tool's store holds of secrets that a program met."""
