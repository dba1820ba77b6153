"""Files in: CSVs read through their declared schema, every fault located and counted."""
