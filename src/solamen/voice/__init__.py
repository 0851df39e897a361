"""The voice: pain in the sounds that a person makes, and in what they say."""
