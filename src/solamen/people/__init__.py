"""People: who is in care, how they show pain, what they agreed to, and what helped them."""
