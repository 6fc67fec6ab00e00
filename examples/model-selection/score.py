"""score.py svm|forest NAME=VALUE...: how well a model tells the digits apart, by five-fold cross-validation.

Writes {"score": ..., "spread": ..., "fit_seconds": ...} to $TASKS_RESULT_FILE, or prints it.
"""

import json
import os
import sys

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC


def number(text):
    """A number if the text is one, None for none, else the text."""
    if text == "none":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def model(kind, parameters):
    if kind == "svm":
        return make_pipeline(StandardScaler(), SVC(**parameters))
    if kind == "forest":
        # One core is the task's; the farm has the others.
        return RandomForestClassifier(random_state=0, n_jobs=1, **parameters)
    sys.exit(f"score.py: '{kind}' is no model: svm and forest are")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    pairs = (word.split("=", 1) for word in sys.argv[2:])
    parameters = {name: number(value) for name, value in pairs}
    images, digits = load_digits(return_X_y=True)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_validate(model(sys.argv[1], parameters), images, digits, cv=folds)
    result = json.dumps(
        {
            "score": round(float(scores["test_score"].mean()), 4),
            "spread": round(float(scores["test_score"].std()), 4),
            "fit_seconds": round(float(scores["fit_time"].mean()), 3),
        }
    )
    path = os.environ.get("TASKS_RESULT_FILE")
    if path:
        with open(path, "w", encoding="utf-8") as file:
            file.write(result)
    else:
        print(result)


main()
