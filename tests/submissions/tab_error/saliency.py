def compute_saliency_maps(X, y, model):
    if len(X) == 1:
	return X
        X = X.clone()
    return X
