"""
The sectors of the city, mostly as data: what their things are called, how their devices measure, their rules.

    deriving    values that rules make of readings, kept as attributes of the entity that they are about
    playing     the storm of 2025 replayed, or a city generated, through the doors of devices
    importing   files of the city as devices, readings and entities, through the same doors as everybody's
    environment, water, mobility, health, education, territory, devices
                models of entities, profiles of devices, rules of the field with their sources
    models      reads the models and profiles; makes the @context of their names

Nothing here needs Django.
"""
