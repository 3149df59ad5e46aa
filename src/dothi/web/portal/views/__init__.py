"""Views of the portal: each checks the door, makes one domain call and renders one template."""
