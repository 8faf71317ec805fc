"""The tools that are asked, one module each: how its documentation has users work with it."""
