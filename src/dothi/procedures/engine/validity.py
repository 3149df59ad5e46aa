"""How long a result is valid."""

from calendar import monthrange
from datetime import date

from dothi.procedures.types import Period, Procedure


def validity(procedure: Procedure, issued_on: date) -> Period:
    """
    Return the half-open period in which a result issued on `issued_on` is valid.

    So many months run to the day of the same number, or to the last of the month where there is none
    (Civil Code 2015, art. 148; verified: false); that day is the last valid one.
    """
    months = procedure.result.valid_months
    if months is None:
        return Period(issued_on, None)
    year, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + year, month + 1
    last = date(year, month, min(issued_on.day, monthrange(year, month)[1]))
    return Period(issued_on, date.fromordinal(last.toordinal() + 1))
