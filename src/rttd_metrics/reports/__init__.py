"""How results look: on a terminal, in files, in a workbook."""
