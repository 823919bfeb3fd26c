"""How the site is built of these pages and of the docstrings: ``sphinx-build -W -n docs build/docs``."""

from __future__ import annotations

import seci_sim

project = "seci_sim"
author = "the seci_sim developers"
project_copyright = "the seci_sim developers"
version = release = seci_sim.__version__
language = "en_GB"

extensions = ["myst_parser", "sphinx.ext.autodoc", "numpydoc"]
myst_heading_anchors = 4  # pages link to each other's headings
exclude_patterns = ["**.ipynb"]

default_role = "literal"  # docstrings say `name` of what has no page
autodoc_typehints = "none"  # numpydoc says types in words
autodoc_member_order = "bysource"
numpydoc_show_class_members = False  # pages say which members are public

highlight_language = "text"  # a block without a language is typed at a terminal
html_theme = "furo"
html_title = "seci_sim"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]
