"""Figures of many units and periods in one table, for administrators: read, understood row by row, shown, and once
confirmed written into the drafts that rounds ask for. Handing in and everything after it is left to the units."""
