raise RuntimeError("the sitecustomize.py of a submission was imported")
