"""Look before predicting: a linear model, to know where we stand."""

from accuracy import cross_validated
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

X, y = load_digits(return_X_y=True)

linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))
cross_validated.options(title="A linear model, to know where we stand")(linear, X, y)
