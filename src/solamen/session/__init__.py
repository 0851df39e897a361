"""A session as a whole: where its run is kept, what is recorded of it, and what is said of it afterwards."""
