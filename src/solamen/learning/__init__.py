"""What every room trains and is judged with: labelled data, splits by person, metrics, training, model cards."""
