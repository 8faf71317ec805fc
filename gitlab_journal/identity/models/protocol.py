"""The protocol of scikit-learn's parameters, which estimators of many libraries follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gitlab_journal.identity.place import Place

# What says which metadata a method takes: set by set_fit_request() and its like.
REQUESTS = "_metadata_request"


def is_estimator(value: object) -> bool:
    """Tell whether a value is an instance that takes part in scikit-learn's parameters."""
    kind = type(value)
    return (
        not isinstance(value, type) and hasattr(kind, "get_params") and hasattr(kind, "set_params")
    )


def parameters_of(value: Any, place: Place) -> dict[str, object]:
    """Return an estimator's own parameters; raises DescriptionError where it breaks the rules."""
    try:
        return dict(value.get_params(deep=False))
    except (AttributeError, RuntimeError) as error:  # an __init__ against scikit-learn's rules
        name = type(value).__name__
        raise place.refusal(f"get_params() of {name} fails: {error}") from error


def requests_of(value: Any) -> dict[str, object]:
    """Return the metadata that an estimator was told to ask for, by method; empty by default."""
    told = vars(value).get(REQUESTS)
    serialized = told._serialize() if told is not None else {}  # noqa: SLF001 - its repr, as a mapping
    asked = {
        method: {name: alias for name, alias in names.items() if alias is not None}
        for method, names in serialized.items()
        if isinstance(names, dict)
    }
    return {method: names for method, names in asked.items() if names}
