"""How a function is declared, checked and found."""
