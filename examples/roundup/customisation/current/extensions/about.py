"""Lets the page `home?@template=about` say which Roundup is running."""

import roundup


def init(instance):
    """Called by Roundup when it opens the tracker."""
    instance.registerUtil("roundup_version", roundup.__version__)
