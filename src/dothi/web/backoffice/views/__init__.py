"""Views of the back office: each checks once, makes one call of the domain and renders one page."""
