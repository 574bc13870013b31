"""Ask the code, then draw what it answered: trace, picture, stage, player, export. No operator is known here by name."""
