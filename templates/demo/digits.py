"""What reads handwritten digits? A few experiments, each with its prediction.

`@experiment` commits the hypothesis to the journal before a function runs, and the verdict after
it. Everything else here is plain scikit-learn and Keras. Run it a second time: the journal will
have something to say before each training.
"""

from importlib.util import find_spec

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC

from gitlab_journal import Journal, experiment


@experiment(tags=["scikit-learn"])
def fit(model, X_train, y_train, X_test, y_test):
    """Fit an estimator and see how many digits it reads that it has never seen."""
    model.fit(X_train, y_train)
    return {
        "accuracy": model.score(X_test, y_test),
        "train_accuracy": model.score(X_train, y_train),
    }


@experiment(tags=["keras", "efficient-backprop"])
def train(X_train, y_train, X_val, y_val, *, standardise=False, rate=0.1, epochs=12, seed=0):
    """Train a small network; count the epochs until it reads 95 % of the digits."""
    import keras

    keras.utils.set_random_seed(seed)
    if standardise:
        mean, deviation = X_train.mean(axis=0), X_train.std(axis=0) + 1e-7
        X_train, X_val = (X_train - mean) / deviation, (X_val - mean) / deviation
    model = keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(64, activation="tanh"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        X_train, y_train, validation_data=(X_val, y_val), epochs=epochs, verbose=0
    ).history
    good = [epoch for epoch, value in enumerate(history["val_accuracy"], 1) if value >= 0.95]
    return {
        "epochs_to_95": good[0] if good else float("nan"),
        "val_accuracy": history["val_accuracy"][-1],
        "val_loss": history["val_loss"][-1],
    }


def support_vector_machine():
    """Return the estimator that the others are compared with."""
    return make_pipeline(MinMaxScaler(), SVC(C=10))


def report(metrics):
    print("   ", ", ".join(f"{name} {value:.4g}" for name, value in metrics.items()))


def newest():
    """Return the id of the entry that was written last."""
    return Journal().entries()[-1].id


if __name__ == "__main__":
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, stratify=y, random_state=0
    )
    digits = X_train, y_train, X_test, y_test

    print("A support vector machine, with a prediction.")
    classify = fit.options(
        title="A support vector machine reads 98 % of the digits",
        hypothesis="Digits of one class lie close together in pixel space, so a smooth kernel "
        "separates nearly all of them without any feature made by hand.",
        predict="accuracy >= 0.98",
    )
    report(classify(support_vector_machine(), *digits))
    machine = newest()

    print("A linear model, said to be better than that.")
    contest = fit.options(
        title="A linear model beats the support vector machine",
        hypothesis="Sixty-four pixels are many for 1,347 digits: the simpler model overfits less "
        "and reads more of the unseen ones.",
        predict="accuracy > parent",
        parents=[machine],
        tags=["scikit-learn", "linear"],
    )
    print(
        "  ", contest(make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)), *digits)
    )

    print("A random forest in three seeds: is one of them luck?")
    for seed in range(3):
        forest = fit.options(
            title="A hundred trees read 97 % of the digits, whatever the seed",
            hypothesis="A hundred trees average out the luck of any one of them.",
            predict="accuracy >= 0.97",
        )
        report(forest(RandomForestClassifier(100, random_state=seed), *digits))

    if find_spec("keras"):
        print("A network on raw pixels, then on standardised ones.")
        raw = train.options(
            title="A small network learns from raw pixels",
            hypothesis="Plain gradient descent needs no preprocessing for images this small.",
            predict="val_accuracy >= 0.95",
        )
        report(raw(*digits))
        scaled = train.options(
            title="Standardised inputs halve the epochs to 95 %",
            hypothesis="If every input has zero mean and unit variance, the error surface is "
            "better conditioned and learning takes half as long (LeCun et al. 1998, § 4.3).",
            predict="epochs_to_95 <= parent / 2",
            parents=[newest()],
        )
        report(scaled(*digits, standardise=True))
    else:
        print("Keras is not installed, so no network: pip install 'gitlab-journal[keras]'")

    print("The support vector machine again. The journal remembers:")
    classify(support_vector_machine(), *digits)
