"""Any configuration of any variant as a figure: `python -m convlib figure` and the gallery in figures/."""
