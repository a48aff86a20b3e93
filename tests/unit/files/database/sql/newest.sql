SELECT max(sequence) FROM frame
