"""How single values are described: scalars, objects, functions, what libraries make of them."""
