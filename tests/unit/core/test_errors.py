import pickle

from solamen.core.errors import OutsideError


def test_an_error_of_another_process_is_told_as_it_was():
    error = OutsideError("cannot read the file", "my.yaml", "Check the path.")
    told = pickle.loads(pickle.dumps(error))
    assert str(told) == str(error) == "cannot read the file: my.yaml. Check the path." and told.where == "my.yaml"
