raise RuntimeError("the numpy.py of a submission was imported")
