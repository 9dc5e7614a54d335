"""Names that columns cannot have in a Core ML file."""

import re

from ...base.errors import ToolkitError

KEYWORDS = {  # of ML programs
    *("any", "bool", "dict", "false", "func", "list", "program", "state", "string", "tensor"),
    *("true", "tuple", "bf16", "fp16", "fp32", "fp64", "int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
}


def check_names(model, taken, inputs=True, plain=False):
    """Raise ToolkitError when a column's name cannot be used in a Core ML file.

    Parameters
    ----------
    model : ActivityClassifier
    taken : set of str
        Names that the layout uses itself.
    inputs : bool
        Whether the features are inputs of the file.
    plain : bool
        Whether names must be identifiers, as ML programs demand.
    """
    outputs = {model.target, f"{model.target}Probability"}
    columns = set(model.features) if inputs else set()
    clash = sorted(columns & (outputs | taken) | outputs & taken)
    if clash:
        raise ToolkitError(
            f"columns {clash} have names that the exported layout uses itself; rename them"
        )
    joined = [name for name in model.features if "," in name]
    if joined and not inputs:
        raise ToolkitError(
            f"columns {joined}: a comma separates features in this layout's metadata"
        )
    odd = [name for name in columns | outputs if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII)]
    if plain and odd:
        raise ToolkitError(
            f"columns {sorted(odd)} cannot be named so in an .mlpackage: letters, digits and _ "
            "only, a letter first. Rename them, or export .mlmodel"
        )
