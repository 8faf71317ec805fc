"""Every public part of Keras 3: each argument counts, each default made explicit counts nothing."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # TensorFlow's own, on import
    import keras

from gitlab_journal.identity import params_hash

layers, optimizers, losses = keras.layers, keras.optimizers, keras.losses
FOLDERS = {
    "layers": layers,
    "optimizers": optimizers,
    "schedules": optimizers.schedules,
    "losses": losses,
    "metrics": keras.metrics,
    "initializers": keras.initializers,
    "regularizers": keras.regularizers,
    "constraints": keras.constraints,
    "callbacks": keras.callbacks,
}
# Abstract, or made of another library that is not here.
LEFT_OUT = {
    *("Optimizer", "LearningRateSchedule", "InputSpec", "OptimizerMap", "MultiOptimizer"),
    *("FlaxLayer", "JaxLayer", "TFSMLayer", "TorchModuleWrapper", "OrbaxCheckpoint"),
}


def half(table):
    return table / 2


def third(table):
    return table / 3


def sooner(epoch, rate):
    return rate / 2


def later(epoch, rate):
    return rate / 3


# What a constructor requires: called anew for each object.
CONVOLUTION = {"filters": 4, "kernel_size": 3}
REQUIRED = {
    "Activation": lambda: {"activation": "tanh"},
    "AlphaDropout": lambda: {"rate": 0.1},
    "AveragePooling1D": lambda: {"pool_size": 2},
    "AveragePooling2D": lambda: {"pool_size": 2},
    "AveragePooling3D": lambda: {"pool_size": 2},
    "Bidirectional": lambda: {"layer": layers.LSTM(3)},
    "CategoryEncoding": lambda: {"num_tokens": 4},
    "CenterCrop": lambda: {"height": 4, "width": 4},
    "Dense": lambda: {"units": 3},
    "DepthwiseConv1D": lambda: {"kernel_size": 3},
    "DepthwiseConv2D": lambda: {"kernel_size": 3},
    "Discretization": lambda: {"bin_boundaries": [0.0, 1.0], "output_mode": "multi_hot"},
    "Dot": lambda: {"axes": 1},
    "Dropout": lambda: {"rate": 0.1},
    "EinsumDense": lambda: {"equation": "ab,bc->ac", "output_shape": 4},
    "Embedding": lambda: {"input_dim": 5, "output_dim": 3},
    "GRU": lambda: {"units": 3},
    "GRUCell": lambda: {"units": 3},
    "GaussianDropout": lambda: {"rate": 0.1},
    "GaussianNoise": lambda: {"stddev": 0.1},
    "GroupedQueryAttention": lambda: {
        "head_dim": 4,
        "num_query_heads": 4,
        "num_key_value_heads": 2,
    },
    "HashedCrossing": lambda: {"num_bins": 4},
    "Hashing": lambda: {"num_bins": 4, "output_mode": "multi_hot"},
    "InputLayer": lambda: {"shape": (4,)},
    "IntegerLookup": lambda: {
        "vocabulary": [1, 2],
        "output_mode": "multi_hot",
        "max_tokens": 5,
        "oov_method": "farmhash",
    },
    "LSTM": lambda: {"units": 3},
    "LSTMCell": lambda: {"units": 3},
    "Lambda": lambda: {"function": half},
    "MaxNumBoundingBoxes": lambda: {"max_number": 4},
    "MultiHeadAttention": lambda: {"num_heads": 2, "key_dim": 4},
    "Normalization": lambda: {"mean": 0.0, "variance": 1.0},
    "Permute": lambda: {"dims": (2, 1)},
    "Pipeline": lambda: {"layers": [layers.Rescaling(2.0)]},
    "RNN": lambda: {"cell": layers.LSTMCell(3)},
    "RandomCrop": lambda: {"height": 4, "width": 4},
    "RandomPosterization": lambda: {"factor": 4},
    "RandomTranslation": lambda: {"height_factor": 0.1, "width_factor": 0.1},
    "RandomZoom": lambda: {"height_factor": 0.1},
    "RepeatVector": lambda: {"n": 3},
    "Rescaling": lambda: {"scale": 2.0},
    "Reshape": lambda: {"target_shape": (2, 2)},
    "Resizing": lambda: {"height": 4, "width": 4},
    "ReversibleEmbedding": lambda: {"input_dim": 5, "output_dim": 3},
    "SimpleRNN": lambda: {"units": 3},
    "SimpleRNNCell": lambda: {"units": 3},
    "SpatialDropout1D": lambda: {"rate": 0.1},
    "SpatialDropout2D": lambda: {"rate": 0.1},
    "SpatialDropout3D": lambda: {"rate": 0.1},
    "SpectralNormalization": lambda: {"layer": layers.Dense(3)},
    "StackedRNNCells": lambda: {"cells": [layers.LSTMCell(3)]},
    "StringLookup": lambda: {
        "vocabulary": ["a", "b"],
        "output_mode": "multi_hot",
        "max_tokens": 5,
    },
    "TextVectorization": lambda: {"output_mode": "multi_hot", "max_tokens": 5},
    "TimeDistributed": lambda: {"layer": layers.Dense(3)},
    "Wrapper": lambda: {"layer": layers.Dense(3)},
    "LossScaleOptimizer": lambda: {"inner_optimizer": optimizers.SGD()},
    "CosineDecay": lambda: {"initial_learning_rate": 0.1, "decay_steps": 10},
    "CosineDecayRestarts": lambda: {"initial_learning_rate": 0.1, "first_decay_steps": 10},
    "ExponentialDecay": lambda: {
        "initial_learning_rate": 0.1,
        "decay_steps": 10,
        "decay_rate": 0.9,
    },
    "InverseTimeDecay": lambda: {
        "initial_learning_rate": 0.1,
        "decay_steps": 10,
        "decay_rate": 0.9,
    },
    "PiecewiseConstantDecay": lambda: {"boundaries": [1, 2], "values": [0.1, 0.2, 0.3]},
    "PolynomialDecay": lambda: {"initial_learning_rate": 0.1, "decay_steps": 10},
    "AUC": lambda: {"multi_label": True},
    "IoU": lambda: {"num_classes": 3, "target_class_ids": [0]},
    "MeanIoU": lambda: {"num_classes": 3},
    "MeanMetricWrapper": lambda: {"fn": losses.mean_squared_error},
    "OneHotIoU": lambda: {"num_classes": 3, "target_class_ids": [0]},
    "OneHotMeanIoU": lambda: {"num_classes": 3},
    "PrecisionAtRecall": lambda: {"recall": 0.5},
    "RecallAtPrecision": lambda: {"precision": 0.5},
    "SensitivityAtSpecificity": lambda: {"specificity": 0.5},
    "SpecificityAtSensitivity": lambda: {"sensitivity": 0.5},
    "BackupAndRestore": lambda: {"backup_dir": "backup"},
    "CSVLogger": lambda: {"filename": "a.csv"},
    "LearningRateScheduler": lambda: {"schedule": sooner},
    "ModelCheckpoint": lambda: {"filepath": "a.weights.h5"},
    **{name: (lambda: {"output_size": 2}) for name in vars(layers) if name.startswith("Adaptive")},
    **{
        name: (lambda: dict(CONVOLUTION))
        for name in vars(layers)
        if name.startswith(("Conv", "SeparableConv")) and name[-1] in "De"
    },
    **{
        name: (lambda: {"factor": 0.2})
        for name in (
            *("RandomBrightness", "RandomColorDegeneration", "RandomContrast", "RandomHue"),
            *("RandomRotation", "RandomSaturation", "RandomSharpness"),
        )
    },
}
# Another valid value: by class and argument, else by argument, else made from the default.
OTHER = {
    "activation": lambda: "relu",
    "average": lambda: "micro",
    "axes": lambda: 2,
    "axis": lambda: 1,
    "baseline": lambda: 0.5,
    "cell": lambda: layers.GRUCell(3),
    "cells": lambda: [layers.LSTMCell(4)],
    "class_aggregation": lambda: "variance_weighted_average",
    "class_id": lambda: 1,
    "curve": lambda: "PR",
    "data_format": lambda: "channels_first",
    "distribution": lambda: "uniform",
    "dtype": lambda: "float64",
    "encoding": lambda: "latin-1",
    "field": lambda: "other",
    "fill_mode": lambda: "wrap",
    "filename": lambda: "b.csv",
    "filepath": lambda: "b.weights.h5",
    "fn": lambda: losses.mean_absolute_error,
    "function": lambda: third,
    "gradient_accumulation_steps": lambda: 3,
    "headers": lambda: {"a": "b"},
    "ignore_class": lambda: 1,
    "inner_optimizer": optimizers.Adam,
    "input_axes": lambda: [0],
    "interpolation": lambda: "nearest",
    "layer": lambda: layers.GRU(3),
    "layers": lambda: [layers.Rescaling(3.0)],
    "lora_rank": lambda: 2,
    "mask": lambda: half,
    "mask_token": lambda: "m",
    "merge_mode": lambda: "sum",
    "mode": lambda: "min",
    "monitor": lambda: "loss",
    "name": lambda: "mine",
    "ngrams": lambda: 2,
    "noise_shape": lambda: (1, 2),
    "num_labels": lambda: 3,
    "label_weights": lambda: [0.5, 0.5],
    "oov_token": lambda: "oov",
    "output_axes": lambda: [1],
    "output_mode": lambda: "count",
    "padding": lambda: "same",
    "path": lambda: "/other/",
    "recurrent_activation": lambda: "tanh",
    "reduction": lambda: "sum",
    "root": lambda: "http://localhost:1",
    "salt": lambda: 3,
    "save_freq": lambda: 10,
    "scaling": lambda: "spectrum",
    "schedule": lambda: later,
    "score_mode": lambda: "concat",
    "seed": lambda: 7,
    "separator": lambda: ";",
    "side": lambda: "imag",
    "sliding_window": lambda: 4,
    "split": lambda: "character",
    "standardize": lambda: "lower",
    "strides": lambda: 3,
    "summation_method": lambda: "majoring",
    "target_class_ids": lambda: [1],
    "thresholds": lambda: [0.1, 0.5],
    "top_k": lambda: 2,
    "update_freq": lambda: 5,
    "vocabulary": lambda: ["a", "c"],
    "window": lambda: "hamming",
    "backup_dir": lambda: "elsewhere",
    "log_dir": lambda: "elsewhere",
    ("Bidirectional", "backward_layer"): lambda: layers.LSTM(4, go_backwards=True),
    ("Discretization", "bin_boundaries"): lambda: [0.0, 2.0],
    ("EinsumDense", "equation"): lambda: "ab,cb->ac",
    ("EinsumDense", "bias_axes"): lambda: "c",
    ("GroupedQueryAttention", "num_query_heads"): lambda: 8,
    ("GroupedQueryAttention", "num_key_value_heads"): lambda: 4,
    ("HashedCrossing", "output_mode"): lambda: "one_hot",
    ("InputLayer", "batch_shape"): lambda: (None, 5),
    ("InputLayer", "batch_size"): lambda: 2,
    ("InputLayer", "shape"): lambda: (5,),
    ("IntegerLookup", "oov_token"): lambda: -2,
    ("STFTSpectrogram", "frame_step"): lambda: 64,
    ("TextVectorization", "output_sequence_length"): lambda: 7,
    **{
        (name, "idf_weights"): lambda: [1.0, 3.0]
        for name in ("IntegerLookup", "StringLookup", "TextVectorization")
    },
    **{(f"Conv{d}DTranspose", "output_padding"): lambda: 1 for d in (1, 2, 3)},
    ("Discretization", "num_bins"): lambda: 3,
    ("IntegerLookup", "mask_token"): lambda: 0,
    ("IntegerLookup", "oov_method"): lambda: "floormod",
    ("IntegerLookup", "vocabulary"): lambda: [1, 3],
    ("Lambda", "arguments"): lambda: {"a": 1},
    ("MultiHeadAttention", "attention_axes"): lambda: 1,
    ("MultiHeadAttention", "output_shape"): lambda: 5,
    ("MultiHeadAttention", "value_dim"): lambda: 5,
    ("Normalization", "mean"): lambda: 0.5,
    ("OrthogonalRegularizer", "mode"): lambda: "columns",
    ("Permute", "dims"): lambda: (1, 2),
    ("RandomErasing", "scale"): lambda: (0.1, 0.2),
    ("RandomFlip", "mode"): lambda: "vertical",
    ("RandomGaussianBlur", "kernel_size"): lambda: 5,
    ("Reshape", "target_shape"): lambda: (4, 1),
    ("STFTSpectrogram", "fft_length"): lambda: 512,
    ("STFTSpectrogram", "mode"): lambda: "magnitude",
    ("TensorBoard", "embeddings_metadata"): lambda: {"a": "b"},
    ("TextVectorization", "ragged"): lambda: True,
    ("UpSampling2D", "interpolation"): lambda: "bilinear",
    ("VarianceScaling", "mode"): lambda: "fan_out",
    **{(f"ZeroPadding{d}D", "padding"): lambda: 2 for d in (1, 2, 3)},
}
# Arguments of a Layer that a class takes by **kwargs.
OF_LAYERS = {"trainable": False, "dtype": "float64", "autocast": False, "name": "mine"}
# What an object does not depend on: how it is computed or reported, what Keras drops or sets anew,
# what only a value of another argument allows, weights, which are state.
NO_EFFECT = {
    *("self", "use_cudnn", "flash_attention", "verbose", "weights", "input_tensor"),
    *(("IntegerLookup", name) for name in ("dtype", "trainable", "autocast", "vocabulary_dtype")),
    *(("StringLookup", name) for name in ("dtype", "trainable", "autocast")),
    *(("HashedCrossing", name) for name in ("trainable", "autocast")),
    *(("InputLayer", name) for name in ("trainable", "autocast")),
    *((name, "autocast") for name in ("Embedding", "ReversibleEmbedding", "Hashing")),
    *((name, "autocast") for name in ("GroupNormalization", "LayerNormalization")),
    ("SimpleRNN", "activity_regularizer"),
    ("CallbackList", "model"),
}
# What must be given besides, so that another value is allowed.
_WEIGHTED = {"output_mode": "tf_idf", "vocabulary": ["a", "b"], "idf_weights": [1.0, 2.0]}
BESIDES = {
    ("Discretization", "num_bins"): {"bin_boundaries": None, "num_bins": 2},
    ("InputLayer", "batch_shape"): {"shape": None, "batch_shape": (None, 4)},
    ("InputLayer", "batch_size"): {"shape": (4,)},
    ("IntegerLookup", "idf_weights"): _WEIGHTED | {"vocabulary": [1, 2]},
    ("IntegerLookup", "invert"): {"output_mode": "int", "max_tokens": None},
    ("StringLookup", "idf_weights"): _WEIGHTED,
    ("StringLookup", "invert"): {"output_mode": "int", "max_tokens": None},
    ("TextVectorization", "idf_weights"): _WEIGHTED,
    ("TextVectorization", "output_sequence_length"): {"output_mode": "int"},
    ("TextVectorization", "ragged"): {"output_mode": "int"},
    **{(f"Conv{d}DTranspose", "output_padding"): {"strides": 3} for d in (1, 2, 3)},
}
EMPTY = inspect.Parameter.empty


def public_parts():
    """Return every public class of Keras once, by folder and name."""
    found = {}
    for folder, module in FOLDERS.items():
        for name, kind in vars(module).items():
            if isinstance(kind, type) and name not in LEFT_OUT and kind not in found.values():
                found[f"{folder}.{name}"] = kind
    return found


PARTS = public_parts()


def made(kind, **arguments):
    required = REQUIRED.get(kind.__name__, dict)()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mode that a callback does not know, and the like
        return kind(**required | arguments)


def hash_of(value):
    return params_hash({"part": value})


def arguments_of(kind):
    """Return the default of each argument that a constructor takes, of its own or by **kwargs."""
    parameters = inspect.signature(kind.__init__).parameters.values()
    named = {item.name: item.default for item in parameters if item.kind not in (2, 4)}
    more = OF_LAYERS if issubclass(kind, layers.Layer) and len(named) < len(parameters) else {}
    return {**dict.fromkeys(more, EMPTY), **named}


def other_value(kind, name, default):
    for key in ((kind.__name__, name), name):
        if key in OTHER and not isinstance(default, bool):
            return OTHER[key]()
    if name in OF_LAYERS and default is EMPTY:
        return OF_LAYERS[name]
    if name.endswith(("_regularizer", "_constraint")):
        return "l2" if name.endswith("_regularizer") else "non_neg"
    if name.endswith("_initializer"):
        return "zeros" if default == "ones" else "ones"
    return another(REQUIRED.get(kind.__name__, dict)().get(name, default))


def another(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2 or 0.5
    if isinstance(value, tuple | list):
        return type(value)(map(another, value))
    assert value is None or value is EMPTY, f"no other value than {value!r} is known"
    return 0.5


@pytest.mark.parametrize("name", PARTS)
def test_each_argument_of_a_part_of_keras_counts(name):
    kind = PARTS[name]
    usual = hash_of(made(kind))
    alike = []
    for argument, default in arguments_of(kind).items():
        if {argument, (kind.__name__, argument)} & NO_EFFECT:
            continue
        besides = BESIDES.get((kind.__name__, argument), {})
        changed = besides | {argument: other_value(kind, argument, default)}
        before = hash_of(made(kind, **besides)) if besides else usual
        if hash_of(made(kind, **changed)) == before:
            alike.append(argument)

    assert [] == alike


@pytest.mark.parametrize("name", PARTS)
def test_a_part_of_keras_equals_its_like_with_each_default_made_explicit(name):
    kind = PARTS[name]
    required = REQUIRED.get(kind.__name__, dict)()
    defaults = {
        argument: default
        for argument, default in arguments_of(kind).items()
        if default is not EMPTY and argument not in required
    }

    assert hash_of(made(kind, **defaults)) == hash_of(made(kind))


def all_hashes():
    return {name: hash_of(made(kind)) for name, kind in PARTS.items()}


def test_every_part_of_keras_has_the_same_digest_in_another_process():
    program = "import json, test_all_keras; print(json.dumps(test_all_keras.all_hashes()))"
    written = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parent,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert json.loads(written.splitlines()[-1]) == all_hashes()
