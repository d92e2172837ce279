"""Which class of a taxonomy a text belongs to, from the taxonomy's own phrases and without any label.

A class is known by its leaves, short phrases such as 公共汽车 or 拖欠工程款. A text is compared with each
leaf and with all of a class at once (tf-idf of words and character pairs, rare ones of the unlabelled texts
weighing more). Then the surer part of the unlabelled texts teaches a classifier what else people say of a
class (self-training, Yarowsky 1995), which is added to the comparison and never replaces it. Labels, where
there are any, are added as a third opinion. The taxonomy is an argument: the ten kinds of needs and the
fifteen classes of a city's letter box are learned by the same code with the same settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from matcher.text.tokenize import words_and_pairs

if TYPE_CHECKING:
    from scipy.sparse import csr_array

ROUNDS: Final = 2  # of self-training
TAUGHT_WEIGHT: Final = 1.5  # what was taught, beside the comparison
SURER_SHARE: Final = 0.6  # of the texts of each class, those with the clearest lead teach
LEAST_TEACHERS: Final = 20  # texts a class, if there are so many
NEXT_LEAVES: Final = (1.0, 0.5, 0.25)  # what the best, second and third leaf of a class count
SMALLEST: Final = 1e-4  # probability below which an opinion is not told apart
STRENGTH: Final = 5.0  # inverse of the regularisation
LABELLED_WEIGHT: Final = 1.0  # an opinion learned from labels beside one learned without

Scores = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True)
class TaxonomyClassifier:
    """Scores of texts for `classes`; built by `learn`, improved by `with_labels`.

    `vectorizer`, `taught` and `corrected` are scikit-learn objects. `scale` is the spread of the comparison
    over the unlabelled texts, `lead` that of what was taught.
    """

    classes: tuple[str, ...]
    vectorizer: Any
    whole: csr_array
    leaves: csr_array
    owners: np.ndarray[Any, np.dtype[np.int64]]
    levels: tuple[float, float]
    scale: float
    taught: Any = None
    lead: float = 1.0
    corrected: Any = None

    def scores(self, texts: Sequence[str]) -> Scores:
        """texts x classes; higher is likelier. Rows sum to 0."""
        vectors = self.vectorizer.transform(texts)
        without = self._without_labels(vectors)
        if self.corrected is None:
            return without
        return without + LABELLED_WEIGHT * _opinion(self.corrected, _beside(vectors, without), self.classes)

    def predict(self, texts: Sequence[str]) -> list[str]:
        """The likeliest class of each text."""
        return [self.classes[place] for place in self.scores(texts).argmax(axis=1)]

    def with_labels(self, texts: Sequence[str], labels: Sequence[str]) -> TaxonomyClassifier:
        """The same with what labelled texts teach. A class may be missing among them."""
        if len(set(labels)) < 2:
            return self
        vectors = self.vectorizer.transform(texts)
        features = _beside(vectors, self._without_labels(vectors))
        return replace(
            self, corrected=fit(features, np.array([self.classes.index(label) for label in labels]))
        )

    def _without_labels(self, vectors: Any) -> Scores:
        compared = _centred(_compared(self, vectors)) / self.scale
        if self.taught is None:
            return compared
        return compared + _opinion(self.taught, vectors, self.classes) / self.lead


def learn(
    taxonomy: Mapping[str, Sequence[str]],
    unlabelled: Sequence[str],
    analyzer: Callable[[str], list[str]] = words_and_pairs,
    rounds: int = ROUNDS,
) -> TaxonomyClassifier:
    """A classifier from phrases a class and texts without labels. Deterministic.

    Without any text the phrases themselves give the weights of words, and nothing is taught.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    documents = [leaf for leaves in taxonomy.values() for leaf in leaves]
    whole = [" ".join((name, *leaves)) for name, leaves in taxonomy.items()]
    vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True, min_df=2 if unlabelled else 1)
    vectors = vectorizer.fit_transform(unlabelled or documents)
    fresh = TaxonomyClassifier(
        classes=tuple(taxonomy),
        vectorizer=vectorizer,
        whole=vectorizer.transform(whole),
        leaves=vectorizer.transform(documents),
        owners=np.repeat(np.arange(len(taxonomy)), [len(leaves) for leaves in taxonomy.values()]),
        levels=(1.0, 1.0),
        scale=1.0,
    )
    levels = tuple(float(part.mean()) or 1.0 for part in _parts(fresh, vectors))
    levelled = replace(fresh, levels=(levels[0], levels[1]))
    scaled = replace(levelled, scale=float(_compared(levelled, vectors).std()) or 1.0)
    return scaled if not unlabelled else _self_trained(scaled, vectors, rounds)


def _self_trained(fresh: TaxonomyClassifier, vectors: Any, rounds: int) -> TaxonomyClassifier:
    taught = fresh
    for _ in range(rounds):
        places, labels = _teachers(taught._without_labels(vectors))
        if len(set(labels.tolist())) < 2:
            return taught
        model = fit(vectors[places], labels)
        spread = float(_opinion(model, vectors, fresh.classes).std()) or 1.0
        taught = replace(fresh, taught=model, lead=spread)
    return replace(taught, lead=taught.lead / TAUGHT_WEIGHT)


def _teachers(scores: Scores) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """The texts of each class whose lead over the second class is clearest, and their classes."""
    best = scores.argmax(axis=1)
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    chosen = []
    for place in range(scores.shape[1]):
        mine = np.flatnonzero(best == place)
        count = max(LEAST_TEACHERS, int(len(mine) * SURER_SHARE))
        chosen.append(mine[np.argsort(-lead[mine], kind="stable")[:count]])
    places = np.concatenate(chosen)
    return places, best[places]


def _parts(classifier: TaxonomyClassifier, vectors: Any) -> tuple[Scores, Scores]:
    """Cosines with each class as one document, and with its best leaves."""
    whole = (vectors @ classifier.whole.T).toarray()
    single = (vectors @ classifier.leaves.T).toarray()
    best = np.zeros_like(whole)
    for place in range(len(classifier.classes)):
        mine = np.sort(single[:, classifier.owners == place], axis=1)[:, ::-1]
        for weight, column in zip(NEXT_LEAVES, mine.T, strict=False):
            best[:, place] += weight * column
    return whole, best


def _compared(classifier: TaxonomyClassifier, vectors: Any) -> Scores:
    whole, best = _parts(classifier, vectors)
    scores: Scores = whole / classifier.levels[0] + best / classifier.levels[1]
    return scores


def _opinion(model: Any, vectors: Any, classes: Sequence[str]) -> Scores:
    """Centred log-probabilities for all classes; one the model has not seen is as unlikely as can be told."""
    told = np.full((vectors.shape[0], len(classes)), SMALLEST)
    told[:, model.classes_] += model.predict_proba(vectors)
    return _centred(np.log(told))


def _centred(scores: Scores) -> Scores:
    centred: Scores = scores - scores.mean(axis=1, keepdims=True)
    return centred


def _beside(vectors: Any, scores: Scores) -> Any:
    from scipy.sparse import csr_array, hstack

    return csr_array(hstack([vectors, csr_array(scores)]))


def fit(features: Any, labels: Any) -> Any:
    """The softmax that all opinions are: of taught texts, of labels, of officers' corrections."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=300).fit(features, labels)
