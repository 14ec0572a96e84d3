def test_everything():
    raise RuntimeError("a test of a submission was collected")
