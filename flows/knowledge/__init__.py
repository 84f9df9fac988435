"""What is asked, what the review states, and which rules follow: data a clinician can read, and the loader that checks it."""
