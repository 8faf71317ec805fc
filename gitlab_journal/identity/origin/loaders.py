"""The name that a loader's call gives to what it loads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Words that say what part of a data set something is, not which data set.
_PARTS = (
    "x y xy xs ys train training test testing tests val valid validation dev eval holdout "
    "data dataset datasets set sets all raw input inputs output outputs source sources "
    "feature features label labels target targets index table tables array arrays values "
    "frame frames df file files csv npy npz parquet matrix images sample samples part split splits "
    "processed clean cleaned interim external cache cached tmp temp main default"
)
# What functions return that is no data set.
_OTHER_THINGS = (
    "arg args arguments param params parameter parameters config configs settings option options "
    "model models path paths home dir directory folder device logger seed rng state metadata"
)
_FILES = (
    "csv tsv txt dat data json jsonl ndjson parquet pq feather arrow ipc orc avro npy npz h5 hdf5 "
    "hdf pkl pickle joblib mat xls xlsx ods dta sas7bdat xpt sav rds rda db sqlite sqlite3 duckdb "
    "nc zarr tif tiff png jpg jpeg gif bmp wav mp3 flac ogg tfrecord tfrecords arff libsvm svm bin "
    "gz bz2 xz zst zip tar tgz lz4 xml html yaml yml pt pth safetensors msgpack fits root lmdb nii "
    "dcm las laz shp geojson gpkg fasta fa fastq vcf bam ply md log"
)
_VAGUE = frozenset([*_PARTS.split(), *_OTHER_THINGS.split()])
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_SUFFIXES = frozenset(_FILES.split())
_PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip", ".lz4", ".tar")
_LOADING = re.compile(r"_*(?:load|fetch|read|get|make|open|import|download|prepare|create)_(\w+)")
_OF_DATA = re.compile(r"(?:_(?:data|dataset|df|frame|arrays?|from_\w+|splits?|Xy|X_y))+$")
_READING = re.compile(r"(?:read|load|open|scan|from|import|fetch|im|mem|gen)\w*")
_LONGEST = 60
UNKNOWN = "\0"

# Loaders that are told the name of a data set.
_NAMED = frozenset({"fetch_openml", "load_dataset", "get_dataset", "get_rdataset", "fetch_ucirepo"})
# Formats that some of them are told instead: `load_dataset("csv", data_files="houses.csv")`.
_FORMATS = frozenset({"csv", "json", "parquet", "text", "arrow", "imagefolder", "audiofolder"})
# Loaders that are told a folder.
_FOLDERS = re.compile(
    r".*_from_directory|(?:Image|Dataset)Folder|load_files|load_from_disk|open_zarr|dataset"
    r"|(?:read|scan)_(?:parquet|delta|ipc)"
)
# What they load is no data set.
_OTHERS = re.compile(
    r"load_(?:model|weights|state_dict|dotenv|module|workbook|config|settings|iter\w*)"
    r"|load_svmlight_files?|load_sample_images?|from_pretrained|make_\w*(?:pipeline|transformer)"
)


def name_of_path(text: str) -> str | None:
    """Return what a file or folder is called: `houses` of `data/houses.csv`.

    A name that says only which part it is takes the folder's in front: `houses/train`. What is
    `UNKNOWN` of it, or a pattern, is left out.
    """
    parts = [part for part in _parts(text) if part not in ("", ".", "..", "~", UNKNOWN)]
    if not parts:
        return None
    above = [part for part in reversed(parts[:-1]) if part[-1] != ":" and UNKNOWN not in part]
    folder = next((part for part in above if not is_vague(part)), above[0] if above else None)
    whole = _without_suffix(parts[-1])
    stem = re.sub(rf"[{UNKNOWN}*]+", " ", whole).strip(" _.-")
    if stem != whole.strip() and is_vague(stem):
        return cleaned(folder or stem)
    return cleaned(f"{folder}/{stem}" if folder and is_vague(stem) else stem)


def _parts(text: str) -> list[str]:
    if "://" in text:  # without the host and the question
        text = re.split("[?#]", text.partition("://")[2])[0].partition("/")[2]
    return text.replace("\\", "/").split("/")


def _without_suffix(name: str) -> str:
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return _SUFFIX.sub("", name)


def is_file(text: str, *, of_any_kind: bool = False) -> bool:
    """Tell whether a text reads like the path or address of a file of data."""
    last = _parts(text)[-1]
    found = _SUFFIX.search(last)
    if found is None or (not last.isprintable() and UNKNOWN not in last):
        return False
    return of_any_kind or found[0][1:].lower() in _SUFFIXES


def is_vague(name: str) -> bool:
    """Tell whether a name says at most which part of some data set is meant."""
    words = re.split(r"[\W_\d]+", name.lower())
    return all(word in _VAGUE for word in words if word)


def cleaned(name: str) -> str | None:
    """Return a name as a page may carry it, None where nothing remains."""
    plain = " ".join(re.sub(r"[^\w .:/+()-]", " ", name).split())
    return plain[:_LONGEST].strip(" /") or None


def name_of_function(name: str) -> str | None:
    """Return what a function loads by its own name: `houses` of `load_houses_data`, if anything."""
    found = _LOADING.fullmatch(name)
    if found is None or _OTHERS.fullmatch(name):
        return None
    rest = _OF_DATA.sub("", f"_{found[1]}").strip("_")
    return None if not rest or is_vague(rest) else rest


def name_of_call(
    chain: Sequence[str], texts: Sequence[str | None], keywords: Mapping[str, str]
) -> str | None:
    """Return the data set that the call of a library's function loads, as far as it says so.

    `chain` is the function's dotted path; `texts` are the positional arguments, None for what is
    no text, `keywords` those by keyword that are texts.
    """
    *above, function = chain
    first = texts[0] if texts else None
    told = first or keywords.get("name") or keywords.get("path")
    if _OTHERS.fullmatch(function):
        return _of_file(texts, keywords, function) if "svmlight" in function else None
    if "datasets" in above and function in ("load", "load_data", "load_pandas"):
        return None if above[-1] == "datasets" else above[-1]
    if above[:1] in (["tensorflow_datasets"], ["tfds"]) and function in ("load", "data_source"):
        return cleaned(re.split("[/:]", told)[0]) if told else None
    if function in _NAMED and told in _FORMATS:
        files = keywords.get("data_files") or keywords.get("data_dir")
        return name_of_path(files) if files else None
    if function in _NAMED and not (told and is_file(told)):
        number = keywords.get("data_id") or keywords.get("id")
        return cleaned(told.rpartition("/")[2]) if told else number and f"openml {number}"
    if function.startswith("read_sql"):
        return first if first and first.isidentifier() else None
    if above[:1] == ["vega_datasets"]:
        return function
    return (
        _of_file(texts, keywords, function)
        or _of_class(above, function, keywords)
        or _of_loader(above, function)
    )


def _of_file(texts: Sequence[str | None], keywords: Mapping[str, str], function: str) -> str | None:
    folder, reading = _FOLDERS.fullmatch(function), _READING.fullmatch(function)
    for text in (*texts, *keywords.values()):
        if text and (folder or is_file(text, of_any_kind=reading is not None)):
            name = name_of_path(text)
            if name:
                return name
    return None


def _of_class(above: Sequence[str], function: str, keywords: Mapping[str, str]) -> str | None:
    """Return the name of a class of data sets, as in `torchvision.datasets.MNIST`."""
    if "datasets" not in above or not function[:1].isupper():
        return None
    return cleaned(keywords.get("name") or function)


def _of_loader(above: Sequence[str], function: str) -> str | None:
    """Return what a library's function loads by its name: `digits` of `load_digits`."""
    if function.startswith(("load_", "fetch_")) or "datasets" in above:
        return name_of_function(function)
    return None
