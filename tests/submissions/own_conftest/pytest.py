raise RuntimeError("the pytest.py of a submission was imported")
