"""One module per command of `glj`."""
