"""What the engine lends: read-only views of its memory that outlive everything else."""

import gc

import numpy as np
import pytest
from native_model import FOLDER, open_from, parameters, tensors

from assay import _native

EMBEDDING = "bert.embeddings.word_embeddings.weight"


@pytest.fixture
def view():
    return parameters(_native.open(f'{{"path": "{FOLDER}"}}', [], None))[EMBEDDING]


def address(value):
    return np.asarray(value).__array_interface__["data"][0]


def test_a_view_describes_itself(view):
    expected = tensors()[EMBEDDING]
    assert view.shape == expected.shape
    assert view.dtype == "float32"
    buffer = memoryview(view)
    assert buffer.readonly
    assert buffer.c_contiguous
    assert (buffer.format, buffer.itemsize, buffer.shape) == ("f", 4, expected.shape)
    assert buffer.strides == expected.strides
    assert np.array_equal(view, expected)


def test_two_views_are_of_the_same_memory():
    model = open_from(tensors())
    first, second = (parameters(model)[EMBEDDING] for _ in range(2))
    assert first is not second
    assert address(first) == address(second) == address(memoryview(first))


def test_a_view_outlives_result_and_model(view):
    seen = np.asarray(view)
    expected = tensors()[EMBEDDING]
    del view
    gc.collect()
    assert np.array_equal(seen, expected)


def test_nobody_can_write_through_a_view(view):
    seen = np.asarray(view)
    assert not seen.flags.writeable
    with pytest.raises(ValueError, match="WRITEABLE"):
        seen.flags.writeable = True
    with pytest.raises(ValueError, match="read-only"):
        seen[0] = 0
    with pytest.raises(TypeError, match="read-only"):
        memoryview(view)[0, 0] = 0
    with pytest.raises(ValueError, match="WRITEABLE"):
        np.frombuffer(view, "f4").flags.writeable = True


def test_a_view_keeps_to_its_attributes(view):
    with pytest.raises(AttributeError):
        view.shape = (1,)
    with pytest.raises(AttributeError):
        view.other = 1
    with pytest.raises(TypeError):
        type(view).shape = 1
    with pytest.raises(TypeError, match="cannot create"):
        _native.Array()
    with pytest.raises(TypeError, match="cannot create"):
        _native.Model()


def test_numpy_takes_a_view_by_dlpack_without_a_copy(view):
    seen = np.from_dlpack(view)
    assert address(seen) == address(view)
    assert not seen.flags.writeable
    assert view.__dlpack_device__() == (1, 0)
    expected = tensors()[EMBEDDING]
    del view
    gc.collect()
    assert np.array_equal(seen, expected)


def test_numpy_gets_a_copy_by_dlpack_when_it_asks_for_one(view):
    seen = np.from_dlpack(view, copy=True)
    assert address(seen) != address(view)
    assert seen.flags.writeable
    seen[:] = 0
    assert np.asarray(view).any()


def test_a_consumer_that_cannot_keep_memory_read_only_gets_a_copy(view):
    class Old:
        """Speaks the DLPack protocol as it was before version 1."""

        def __dlpack__(self, stream=None):
            return view.__dlpack__()

        def __dlpack_device__(self):
            return view.__dlpack_device__()

    assert 'capsule object "dltensor" ' in repr(view.__dlpack__())
    seen = np.from_dlpack(Old())
    assert address(seen) != address(view)
    assert np.array_equal(seen, view)
    with pytest.raises(BufferError, match="max_version"):
        view.__dlpack__(copy=False)


def test_a_capsule_names_its_version_and_is_freed_unused(view):
    assert '"dltensor_versioned"' in repr(view.__dlpack__(max_version=(1, 0)))
    assert '"dltensor_versioned"' in repr(view.__dlpack__(max_version=(2, 3), copy=False))
    assert '"dltensor"' in repr(view.__dlpack__(max_version=(0, 8)))


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"stream": 1}, BufferError),
        ({"dl_device": (2, 0)}, BufferError),
        ({"dl_device": (1, 1)}, BufferError),
        ({"dl_device": 1}, TypeError),
        ({"max_version": 1}, TypeError),
        ({"max_version": (1,)}, TypeError),
        ({"max_version": ("1", "0")}, TypeError),
        ({"unknown": 1}, TypeError),
    ],
)
def test_dlpack_requests_that_cannot_be_met_are_refused(view, options, error):
    with pytest.raises(error):
        view.__dlpack__(**options)


def test_torch_takes_a_view_without_a_copy(view):
    torch = pytest.importorskip("torch")
    seen = torch.utils.dlpack.from_dlpack(view)
    assert seen.data_ptr() == address(view)
    assert seen.shape == view.shape
    expected = tensors()[EMBEDDING]
    del view
    gc.collect()
    assert np.array_equal(seen.numpy(), expected)
