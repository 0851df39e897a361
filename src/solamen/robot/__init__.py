"""The robot room: intents in, safe joint motion out; the model, its simulator and its picture."""
