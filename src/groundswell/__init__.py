"""Groundswell: turns the support for a campaign into people in the street."""

__version__ = "0.1.0"
