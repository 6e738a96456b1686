"""People, purchases and their points by the thousand. What is there already stays as it is: an import can be repeated.

The writer is held only while rows go in: keys are made and names sealed before, without a database. Rows enter some
hundred to a statement, past the work that SQLAlchemy does for each row.
"""
