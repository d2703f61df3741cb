"""Start Kvitto: ``python -m kvitto``."""

import sys

from kvitto.cli import main

if __name__ == "__main__":
    sys.exit(main())
