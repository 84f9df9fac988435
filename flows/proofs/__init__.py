"""The rules proved over all answers: a partition of every answer, the rules as clauses over it, claims, and a certificate."""
