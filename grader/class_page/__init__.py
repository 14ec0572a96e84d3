"""The page on a class: one HTML file and tables for spreadsheets, from graded submissions wherever they lie."""
