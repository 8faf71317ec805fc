from gitlab_journal.earlier import find_earlier

TRAIN = """
from gitlab_journal import experiment

@experiment(data=())
def train(*, C=1.0, seed=0):
    return {"score": C}
"""


def looked_up(project, train):
    desk, described = train._describe((), {"seed": 0})
    return desk, find_earlier(desk, described.fingerprint, name=described.name)


def test_a_look_up_among_many_replicates_reads_no_page(project, monkeypatch):
    train = project.module(TRAIN).train
    for seed in range(4):
        train(seed=seed)
    desk, described = train._describe((), {"seed": 0})
    desk.catalogue.refresh()
    monkeypatch.setattr(type(desk), "entries", None)
    earlier = find_earlier(desk, described.fingerprint, name=described.name)

    assert ["duplicate", "replicate", "replicate", "replicate"] == [one.kind for one in earlier]


def test_an_earlier_run_gives_its_page_when_it_is_asked(project):
    train = project.module(TRAIN).train
    train(seed=0)
    train(seed=1)
    _, earlier = looked_up(project, train)

    assert [0, 1] == [one.entry.params["seed"] for one in earlier]
    assert [one.id for one in earlier] == [one.entry.id for one in earlier]
    assert ["duplicate", "replicate"] == [one.kind for one in earlier]
