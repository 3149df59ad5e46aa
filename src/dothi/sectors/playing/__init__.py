"""
The past told again, or a city made up: samples in order, told through the door of devices when they are due.

    storm       the storm of 2025, between the bulletins too
    generator   daily and seasonal patterns, always the same for a seed
    pace        when a sample is due, and which instant it tells
"""
