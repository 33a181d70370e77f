"""What is said of an answer before it is judged: by the look of its code, or by checking it."""
