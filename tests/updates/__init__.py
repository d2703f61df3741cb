"""Tests of what asks for newer versions."""
