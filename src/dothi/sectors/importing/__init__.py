"""
Files of the city, read whole before anything is written.

    read(KIND, FOLDER)   what a folder says: stations, samples, entities, and rows that cannot be used
"""
