"""Modules, tensors and other parts of PyTorch, where it is installed."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from gitlab_journal.errors import DescriptionError
from gitlab_journal.identity import data_hash, params_hash
from gitlab_journal.identity.arguments import sort_arguments
from gitlab_journal.identity.params import describe_params
from gitlab_journal.identity.state import describe_state

torch = pytest.importorskip("torch")
nn = torch.nn


class Net(nn.Module):
    def __init__(self, width=4, activation=torch.relu):
        super().__init__()
        self.width = width
        self.activation = activation
        self.first = nn.Linear(3, width)
        self.last = nn.Linear(width, 1)
        self.register_buffer("mask", torch.ones(2))

    def forward(self, x):
        return self.last(self.activation(self.first(x)))


class Other(Net):
    def forward(self, x):
        return self.last(self.first(x))


def net(seed=0, kind=Net, **params):
    torch.manual_seed(seed)
    return kind(**params)


def hash_of(value):
    return params_hash({"model": value})


def state_of(value):
    return describe_state({"model": value}).state_hash


def frozen():
    model = net()
    model.first.weight.requires_grad = False
    return model


def hooked():
    model = net()
    model.register_forward_hook(print)
    return model


def optimizer(**options):
    return torch.optim.SGD(net().parameters(), **options)


def schedule(gamma):
    return torch.optim.lr_scheduler.StepLR(optimizer(lr=0.1), 3, gamma)


@pytest.mark.parametrize(
    "other",
    [
        lambda: net(width=5),
        lambda: net(activation=torch.tanh),
        lambda: net(kind=Other),
        lambda: net().double(),
        frozen,
        hooked,
    ],
)
def test_a_module_is_known_by_class_settings_and_shapes(other):
    assert hash_of(net()) == hash_of(net(seed=1))
    assert hash_of(net()) == hash_of(net().eval())
    assert hash_of(net()) != hash_of(other())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (nn.Dropout(0.1), nn.Dropout(0.2)),
        (nn.Sequential(nn.ReLU(), nn.Tanh()), nn.Sequential(nn.Tanh(), nn.ReLU())),
        (nn.Conv2d(1, 2, 3), nn.Conv2d(1, 2, 3, stride=2)),
        (nn.LSTM(3, 4), nn.LSTM(3, 4, batch_first=True)),
        (nn.GRU(3, 4), nn.GRU(3, 4, 2)),
        (nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1)),
        (nn.MultiheadAttention(4, 2), nn.MultiheadAttention(4, 4)),
        (nn.ModuleDict({"a": nn.ReLU()}), nn.ModuleDict({"b": nn.ReLU()})),
        (optimizer(lr=0.1), optimizer(lr=0.2)),
        (optimizer(lr=0.1), torch.optim.Adam(net().parameters(), lr=0.1)),
        (schedule(0.5), schedule(0.6)),
        (torch.float32, torch.float64),
        (torch.device("cpu"), torch.device("meta")),
        (torch.Generator().manual_seed(1), torch.Generator().manual_seed(2)),
        (torch.relu, torch.tanh),
        (nn.ReLU, nn.Tanh),
        (torch.distributions.Normal(0.0, 1.0), torch.distributions.Normal(0.0, 2.0)),
    ],
)
def test_settings_of_the_parts_of_torch_count(one, other):
    assert hash_of(one) == hash_of(copy.deepcopy(one))
    assert hash_of(one) != hash_of(other)


def test_weights_are_state():
    fitted = net()
    with torch.no_grad():
        fitted.last.bias += 1

    assert state_of(net()) == state_of(net())
    assert state_of(net()) != state_of(net(seed=1))
    assert state_of(net()) != state_of(fitted)
    assert hash_of(net()) == hash_of(fitted)
    assert {"role": "state"}.items() <= describe_state({"m": net()}).rows["m"].items()
    assert not describe_state({"m": net()}).fresh


def test_a_page_shows_settings_and_the_modules_inside():
    model = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Dropout(0.5))

    assert {
        "class": "torch.nn.Sequential",
        "0": {"class": "torch.nn.Linear", "in_features": 2, "out_features": 3},
        "1": {"class": "torch.nn.Dropout", "p": 0.5, "inplace": False},
    } == describe_params({"model": model}, {}).params["model"]
    assert "torch.nn.Sequential" == describe_params({"model": model}, {}).model


@pytest.mark.parametrize(
    ("tensor", "array"),
    [
        (torch.arange(6.0).reshape(2, 3), np.arange(6, dtype="f4").reshape(2, 3)),
        (torch.arange(6).reshape(2, 3).T, np.arange(6).reshape(2, 3).T),
        (torch.arange(6)[::2], np.arange(6)[::2]),
        (torch.tensor([True, False]), np.array([True, False])),
        (torch.tensor([1 + 2j]).conj(), np.array([1 - 2j], "c8")),
        (torch.ones(2, requires_grad=True), np.ones(2, "f4")),
        (torch.eye(2).to_sparse(), np.eye(2, dtype="f4")),
    ],
)
def test_a_tensor_equals_the_array_of_its_values(tensor, array):
    assert data_hash(array) == data_hash(tensor)


def test_a_tensor_of_a_dtype_that_numpy_lacks_is_data_too():
    ones = torch.ones(2, dtype=torch.bfloat16)

    assert data_hash(ones) == data_hash(torch.ones(2, dtype=torch.bfloat16))
    assert data_hash(ones) != data_hash(torch.zeros(2, dtype=torch.bfloat16))
    assert data_hash(ones) != data_hash(torch.ones(2))


def test_tensors_are_data_and_numbers_are_parameters():
    found = sort_arguments({"X": torch.ones(2), "rate": torch.tensor(0.5), "model": net()})

    assert ["X"] == list(found.data)
    assert ["rate", "model"] == list(found.params)
    assert hash_of(torch.tensor(0.5)) == hash_of(0.5)


def test_a_tensor_without_values_is_refused():
    with pytest.raises(DescriptionError, match=r"^data: a tensor on the device meta holds no"):
        data_hash(torch.ones(2, device="meta"))


def test_a_data_set_of_tensors_is_known_by_its_values():
    one, other = (torch.utils.data.TensorDataset(torch.ones(n)) for n in (2, 3))

    assert data_hash(one) == data_hash(torch.utils.data.TensorDataset(torch.ones(2)))
    assert data_hash(one) != data_hash(other)
