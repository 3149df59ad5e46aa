"""The officials' one-stop desk."""
