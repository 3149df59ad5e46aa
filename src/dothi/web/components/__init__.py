"""
Components: the parts that every page is built from.

    rows.py          what a component takes: frozen rows, never querysets
    templatetags/    one tag a component, `{% load components %}`
    templates/       one file a component; each begins with its purpose and arguments
    assets.py        the files that Vite built from frontend/
    preferences.py   text size, contrast and language, kept in cookies, without JavaScript
    middleware.py    content security policy, problems as pages
"""
