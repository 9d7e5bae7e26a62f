"""The number by which a build is told from another build of the same release."""

from __future__ import annotations

from gonogo.demo.releases import Build


def build_label(build: Build) -> str:
    """Release, build number, such as `8.1.4417`; a build put together anew has the next number."""
    number = build.release.build_number + (1 if build.varies("build-number") else 0)
    return f"{build.release.version}.{number}"
