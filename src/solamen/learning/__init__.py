"""The bench that every room trains and is judged on: labelled data, splits by person, metrics, training, model cards."""
