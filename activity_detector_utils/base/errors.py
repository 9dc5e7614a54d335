"""The one error class that Turi Create's users may be catching."""


class ToolkitError(ValueError):
    """A request that cannot be carried out as asked (Turi Create's name for it)."""
