"""Purposes for which the vault itself lets its owner read."""

from dothi.foundation.identity.purpose import Purpose
from dothi.kernel.problems import msg

OWN_VIEW = Purpose("vault.own-view", "Law 91/2025/QH15", msg("look at one's own results"))
"""The owner looks at their results, at who used them, and downloads the paper."""
