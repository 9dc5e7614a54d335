"""``python -m tools.offline_kit``: make or complete ``offline-kit/``."""

import sys

from activity_detector_utils.base import settings
from activity_detector_utils.base.errors import ToolkitError
from tools.offline_kit import make_kit


def main():
    """Make or complete the kit in the checkout."""
    root = settings.root_folder()
    if not (root / "requirements.txt").is_file():
        raise ToolkitError(f"'{root}' is no checkout of the course; a kit is made from one")
    make_kit(root, root / "offline-kit")


if __name__ == "__main__":
    try:
        main()
    except ToolkitError as error:
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted; run the same command again to go on.")
