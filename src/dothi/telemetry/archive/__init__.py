"""
Readings after their day: a btree, then a file in Parquet, and one way to ask both PostgreSQL and the files.

    lake       DuckDB over hot days and files
    hot        readings of PostgreSQL as columns
    days       closing a day, writing its file, dropping it from PostgreSQL
    altered    whether the readings of an hour are what its digest says
    retention  what the policy asks for, as steps that are shown before they are taken
    daily      the policy followed once a day, and what came of it
"""
