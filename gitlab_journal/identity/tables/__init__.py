"""How collections of values are described: arrays, frames, tables, tensors, data sets."""
