"""What comes back, read from what a service of any version says."""

import pickle

from hourglass.client.answers import File, HourglassProblem, Latent, Problem, Score, Scores


def test_what_a_newer_service_adds_is_passed_over() -> None:
    problem = {"status": 422, "title": "Unprocessable Content", "detail": "broken", "instance": "/1"}
    score = {"score": 1, "threshold": 2, "anomalous": False, "percentile": 3, "dropped": [], "rank": 4}
    told = {"model": "new", "version": "9.0.0", "results": [score, problem], "took": 1.5}
    assert [type(result) for result in Scores.model_validate(told).results] == [Score, Problem]


def test_problem_survives_the_way_between_processes() -> None:
    problem = HourglassProblem(Problem(status=422, title="Unprocessable Content", detail="quality: no", parameter="x"))
    again = pickle.loads(pickle.dumps(problem))
    assert (again.status, again.parameter, str(again)) == (422, "x", "422 Unprocessable Content: quality: no")


def test_file_is_bytes_with_a_name() -> None:
    file = pickle.loads(pickle.dumps(File(b"HGLS", "photo.hgls")))
    assert (file, file.name, File(b"").name) == (b"HGLS", "photo.hgls", "")


def test_latent_that_is_not_told_is_empty() -> None:
    assert Latent.model_validate({"shape": [192, 32, 48], "dtype": "float32", "values": None}).values == ()
