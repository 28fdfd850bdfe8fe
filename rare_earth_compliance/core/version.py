"""The version of the tool, in one place: the build reads it here, reports name it."""

VERSION = "0.1.0"
