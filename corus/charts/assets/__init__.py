"""The dashboard's style sheet, script and plotly.js, linked or inlined under a strict policy.

Knows no profile. plotly.js comes from the installed plotly package: no copy, no other host.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from markupsafe import Markup, escape

from corus.charts import palette

WIDE = 700
"""Pixels of window from which figures are drawn; a phone downloads and draws nothing."""

EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""Hash of the empty string: Plotly makes an empty ``<style>`` and fills it through the CSSOM."""

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; "
    f"img-src 'self' data: blob:; style-src 'self' {EMPTY_STYLE}; "
    "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""Content-Security-Policy to send with a page whose assets are linked."""


@cache
def css() -> bytes:
    """The style sheet: the palette as custom properties, then the rules."""
    return (palette.style_rules() + _read("dashboard.css")).encode()


@cache
def js() -> bytes:
    """The script that draws the figures where the window is wide enough."""
    return _read("dashboard.js").encode()


@cache
def plotly_js() -> bytes:
    """plotly.js as the installed plotly package carries it (4.5 MB)."""
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()


def fingerprinted() -> dict[str, bytes]:
    """File name with its content's hash → content, to be served as immutable."""
    contents = {"dashboard.css": css(), "dashboard.js": js(), "plotly.js": plotly_js()}
    return {fingerprint(name, content): content for name, content in contents.items()}


def fingerprint(name: str, content: bytes) -> str:
    """``dashboard.css`` → ``dashboard.0123456789ab.css``: another content, another name."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


@dataclass(frozen=True)
class Assets:
    """What the page carries in its head and at its foot."""

    head: Markup
    foot: Markup

    @classmethod
    def linked(cls, *, css: str, js: str, plotly: str) -> Assets:
        """Files at these URLs; plotly.js travels beside the page where figures will be drawn."""
        # An empty icon: otherwise browsers ask for one that is not there.
        head = Markup(
            '<link rel="icon" href="data:,">\n<link rel="stylesheet" href="{}">\n'
            '<link rel="preload" as="script" href="{}" media="(min-width: {}px)">'
        ).format(css, plotly, WIDE)
        foot = Markup('<script src="{}" data-plotly="{}" defer></script>').format(js, plotly)
        return cls(head, foot)

    @classmethod
    def at(cls, prefix: str) -> Assets:
        """The three fingerprinted files under one URL prefix, such as ``/assets/``."""
        sheet, script, plotly = (prefix + name for name in fingerprinted())
        return cls.linked(css=sheet, js=script, plotly=plotly)

    @classmethod
    def inlined(cls) -> Assets:
        """Everything in the page, and a policy that allows exactly these texts and no request."""
        style = _inline(css())
        scripts = [_inline(plotly_js()), _inline(js())]
        allowed = " ".join(f"'{_hash(script)}'" for script in scripts)
        policy = (
            "default-src 'none'; img-src data: blob:; base-uri 'none'; form-action 'none'; "
            f"style-src '{_hash(style)}' {EMPTY_STYLE}; "
            f"script-src {allowed}"
        )
        head = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        head += f"<style>{style}</style>"
        foot = "\n".join(f"<script>{script}</script>" for script in scripts)
        return cls(Markup(head), Markup(foot))  # noqa: S704 - our own files, and nothing from a person


def _inline(content: bytes) -> str:
    """A text as the HTML parser will read it back, so that its hash is the one checked.

    ``</script`` and ``<!--`` can stand only in strings and patterns of a minified script, where
    a backslash before ``/`` or ``!`` changes nothing.
    """
    text = content.decode().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = re.sub(r"</(script|style)", r"<\\/\1", text, flags=re.IGNORECASE)
    return text.replace("<!--", "<\\!--")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _read(name: str) -> str:
    return (files("corus.charts.assets") / name).read_text(encoding="utf-8")
